import type { Server } from 'node:http';
import { Writable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { createApp } from '../../../../apps/api/app';
import type { ApiOptions as AppOptions } from '../../../../apps/api/policies/policy-routes';
import { refusal } from '../../../../apps/api/http/problem';
import { createLogger } from '../../../../apps/service/logger';
import { PolicyStore } from '../../../../apps/api/policies/policy-store';
import type { TableOptions } from '../../../../apps/service/table';
import { listen } from '../../../../apps/service/listen';
import type { TokenRules } from '../../../../apps/api/tokens/access-token';
import { FlowKeys } from '../../../../apps/api/tokens/flow-keys';
import { DATABASE_CREDENTIALS } from '../../../support/dynalite';
import { startFakeIssuer, type FakeIssuer } from '../../../support/fake-issuer';

export const SIGN_IN = 'B2C_1_signupsignin1';
export const STEP_UP = 'B2C_1_signupsignin1_mfa';
export const API_CLIENT_ID = '11111111-1111-4111-8111-111111111111';
export const WEB_CLIENT_ID = '22222222-2222-4222-8222-222222222222';
export const TABLE = 'policies';

const PATIENT = { credentials: 5_000, attempt: 30_000 };

export interface Api {
  readonly url: string;
  readonly server: Server;
  readonly issuer: FakeIssuer;
  readonly keys: Readonly<Record<'sign-in' | 'step-up', FlowKeys>>;
  /** Lines of the log so far. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  readonly stop: () => Promise<void>;
}

export interface ApiOptions extends Partial<Pick<AppOptions, 'limits' | 'now' | 'drawNumber'>> {
  /** Address of the table. */
  readonly database: string;
  /** @default so long that a busy machine does not matter */
  readonly timeouts?: TableOptions['timeouts'];
  readonly keys?: Partial<ConstructorParameters<typeof FlowKeys>[0]>;
  /** Proxies in front. @default none */
  readonly trustProxy?: number;
  /** Rules for the tokens that are taken. @default those of two user flows of B2C */
  readonly rules?: (keys: Api['keys']) => TokenRules;
}

/** Starts the API in this process on a free port, with an issuer of its own. */
export async function startApi({
  database,
  keys: keyOptions,
  timeouts = PATIENT,
  trustProxy = 0,
  rules = b2cRules,
  ...options
}: ApiOptions): Promise<Api> {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: DATABASE_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DATABASE_CREDENTIALS.secretAccessKey,
  });
  const issuer = await startFakeIssuer([SIGN_IN, STEP_UP]);
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = createLogger('api', 'info', destination);
  const keysOf = (flow: string): FlowKeys =>
    new FlowKeys({
      metadataUrl: new URL(issuer.metadataUrl(flow)),
      onFailure: (err) => {
        logger.warn({ err }, 'no keys');
      },
      ...keyOptions,
    });
  const keys = { 'sign-in': keysOf(SIGN_IN), 'step-up': keysOf(STEP_UP) };
  const store = new PolicyStore({ table: TABLE, region: 'eu-central-1', endpoint: database, timeouts });
  const app = createApp({
    store,
    logger,
    limits: { requestsPerMinute: 1_000_000, refusalsPerMinute: 1_000_000 },
    tokens: rules(keys),
    ...options,
  }).set('trust proxy', trustProxy);
  const listener = await listen(app, { host: '127.0.0.1', port: 0, refusal });
  return {
    url: listener.url,
    server: listener.server,
    issuer,
    keys,
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: async () => {
      await listener.stop(0);
      await issuer.stop();
    },
  };
}

function b2cRules(keys: Api['keys']): TokenRules {
  return {
    authorizedParty: WEB_CLIENT_ID,
    flows: {
      'sign-in': { id: SIGN_IN, audience: API_CLIENT_ID, keys: keys['sign-in'] },
      'step-up': { id: STEP_UP, audience: API_CLIENT_ID, keys: keys['step-up'] },
    },
  };
}

/** Claims of a good access token for a person, with changes. `undefined` takes a claim away. */
export function claimsOf(issuer: FakeIssuer, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const oid = randomUUID();
  return {
    iss: issuer.issuer,
    aud: API_CLIENT_ID,
    azp: WEB_CLIENT_ID,
    exp: now + 3600,
    nbf: now,
    iat: now,
    auth_time: now,
    oid,
    sub: oid,
    emails: ['ada@example.org'],
    scp: 'Accounts.Read Accounts.Write',
    tfp: SIGN_IN,
    ver: '1.0',
    ...changes,
  };
}

/** A good token of the sign-in flow, or of the one that `tfp` names. */
export function tokenFor(issuer: FakeIssuer, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const claims = claimsOf(issuer, changes);
  return issuer.sign(claims['tfp'] === STEP_UP ? STEP_UP : SIGN_IN, claims);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request with a token, and its answer read. */
export async function ask(url: string, token?: string, init: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(url, { ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

export interface Change {
  readonly beneficiary: unknown;
  /** `If-Match`. @default none */
  readonly tag?: string | undefined;
  /** `Idempotency-Key`. @default none */
  readonly key?: string | undefined;
}

/** `PUT /policy/beneficiary`. */
export function putBeneficiary(
  api: Pick<Api, 'url'>,
  token: string,
  { beneficiary, tag, key }: Change,
): Promise<Answer> {
  return ask(`${api.url}/policy/beneficiary`, token, {
    method: 'PUT',
    headers: {
      'Content-Type': 'application/json',
      ...(tag !== undefined && { 'If-Match': tag }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
    },
    body: JSON.stringify({ beneficiary }),
  });
}

/** The claims in a token's audience of both flows for one person. */
export async function tokensOf(
  api: Api,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{
  readonly oid: string;
  readonly signIn: string;
  readonly stepUp: string;
}> {
  const oid = randomUUID();
  return {
    oid,
    signIn: await tokenFor(api.issuer, { oid, sub: oid, ...changes }),
    stepUp: await tokenFor(api.issuer, { oid, sub: oid, tfp: STEP_UP, ...changes }),
  };
}
