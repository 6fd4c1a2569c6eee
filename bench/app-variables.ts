import { randomBytes, randomUUID } from 'node:crypto';
import type { FakeIssuer } from '../test/support/fake-issuer';
import { databaseEnvironment } from '../test/support/dynalite';

/** The environment of a process. */
export type Variables = Readonly<Record<string, string>>;

/** Places that both applications of the customers are told of. */
export interface Places {
  readonly issuer: FakeIssuer;
  /** URL of the database. */
  readonly database: string;
}

export const SIGN_IN = 'B2C_1_signupsignin1';
const STEP_UP = `${SIGN_IN}_mfa`;
const PROFILE_EDIT = 'B2C_1_profileediting1';
const PASSWORD_RESET = 'B2C_1_passwordreset1';
export const FLOWS = [SIGN_IN, STEP_UP, PROFILE_EDIT, PASSWORD_RESET];
export const TABLES = { policies: 'policies', sessions: 'sessions' } as const;

/** More than any run asks for. */
const REQUESTS_PER_MINUTE = '1000000';

export function apiVariables({
  issuer,
  database,
}: Places): Variables & Record<'API_CLIENT_ID' | 'WEB_CLIENT_ID', string> {
  return {
    ...common({ issuer, database }),
    API_CLIENT_ID: randomUUID(),
    WEB_CLIENT_ID: randomUUID(),
    SIGN_IN_FLOW: SIGN_IN,
    STEP_UP_FLOW: STEP_UP,
    POLICIES_TABLE: TABLES.policies,
  };
}

export function webVariables(places: Places, sessionKey: Buffer = randomBytes(32)): Variables {
  const { issuer } = places;
  return {
    ...common(places),
    BASE_URL: 'http://localhost:5000',
    WEB_CLIENT_ID: randomUUID(),
    WEB_CLIENT_SECRET: randomUUID(),
    PROFILE_EDIT_METADATA_URL: issuer.metadataUrl(PROFILE_EDIT),
    PASSWORD_RESET_METADATA_URL: issuer.metadataUrl(PASSWORD_RESET),
    API_URL: 'http://localhost:5001',
    API_READ_SCOPE: 'https://contoso.onmicrosoft.com/api/Accounts.Read',
    API_WRITE_SCOPE: 'https://contoso.onmicrosoft.com/api/Accounts.Write',
    SESSIONS_TABLE: TABLES.sessions,
    SESSION_KEYS: sessionKey.toString('base64url'),
  };
}

function common({ issuer, database }: Places): Variables {
  return {
    ...databaseEnvironment(database),
    NODE_ENV: 'production',
    PORT: '0',
    SIGN_IN_METADATA_URL: issuer.metadataUrl(SIGN_IN),
    STEP_UP_METADATA_URL: issuer.metadataUrl(STEP_UP),
    REQUESTS_PER_MINUTE,
  };
}
