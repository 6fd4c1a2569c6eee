import type { TokenCredential } from '@azure/core-auth';
import { z } from 'zod';
import { GraphError } from '../../../provider/graph/error';
import { Session } from '../../../provider/session';
import { programEnvironment } from '../../estate/plan/stacks/stacks';
import type { TokenFacts } from '../facts/trust-facts';
import { attempt, failed, type Reading, type Unread, within } from '../reading';
import { parseQuietly } from '../../estate/source/json-source';
import { USER_AGENT } from '../user-agent';

/** The two directories of an estate; each may have an identity of its own. */
export type DirectoryName = 'customers' | 'workforce';

type Environment = Readonly<Record<string, string | undefined>>;

/** A directory that is read: its Graph, and what it answers to anybody. */
export interface Directory {
  readonly tenantId: string;
  readonly context: ReturnType<Session['context']>;
  /** Cloud that people sign in to. */
  readonly cloud: () => ReturnType<Session['cloud']>;
  /** Without a token. */
  readonly web: Session['web'];
  /** Claims of the token that requests are sent with. */
  readonly claims: () => Promise<TokenFacts>;
  /** Object id of whoever sends them; undefined where the token does not contain it. */
  readonly caller: () => Promise<string | undefined>;
  /** Ends what is still under way. */
  readonly close: () => void;
}

/**
 * Opens a directory with the variables that azuread reads (`ARM_…`). A variable with the directory's name before it
 * (`CUSTOMERS_ARM_CLIENT_ID`) counts for that directory alone. Nothing is sent yet.
 */
export function openDirectory(name: DirectoryName, tenantId: string, environment: Environment): Directory {
  const own = programEnvironment(name, environment);
  const token = own[ACCESS_TOKEN];
  const signIn = token === undefined || token === '' ? undefined : () => givenToken(token);
  return openWith(new Session(USER_AGENT.join('/'), signIn), tenantId, own);
}

/** Variable with the token of a person who signed in before, by `entra-aws sign-in --person`. The plug-ins don't read it. */
export const ACCESS_TOKEN = 'ARM_ACCESS_TOKEN';

/** It can't be renewed: whoever reads for longer than it is good for signs in again. */
function givenToken(token: string): TokenCredential {
  return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
}

/** Opens a directory for a person, who signs in when the first request needs a token. */
export function openDirectoryAs(
  signIn: ConstructorParameters<typeof Session>[1],
  tenantId: string,
  environment: Environment,
): Directory {
  return openWith(new Session(USER_AGENT.join('/'), signIn), tenantId, environment);
}

function openWith(session: Session, tenantId: string, environment: Environment): Directory {
  session.configure({ tenantId }, [], environment);
  return {
    tenantId,
    context: session.context(() => undefined),
    cloud: () => session.cloud(),
    web: session.web,
    claims: async () => claimsOf(await session.token()),
    caller: async () => parse(await session.token()).oid,
    close: () => {
      session.cancel();
    },
  };
}

/** Graph answered without properties that the caller may not read. */
export class HiddenError extends Error {
  override readonly name = 'HiddenError';

  constructor(readonly permission: string) {
    super(`Graph leaves out what takes ${permission}`);
  }
}

/** Reads from Graph. A refusal is told by the permission that is missing. */
export function readGraph<T>(permission: string, read: () => Promise<T>): Promise<Reading<T>> {
  return attempt(read, (error): Unread => {
    if (error instanceof GraphError && error.status === 403) return { state: 'denied', permission };
    if (error instanceof HiddenError) return { state: 'denied', permission: error.permission };
    return failed(error instanceof Error ? error.message : String(error));
  });
}

/** A directory could not be read, or not be understood without a choice. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
}

/** Value of a reading without which nothing can be imported. @throws TenantError that names what is missing, and who grants it */
export function needed<T>(reading: Reading<T>, what: string, tenantId: string): T {
  if (reading.state === 'known') return reading.value;
  if (reading.state === 'failed')
    throw new TenantError(`can't read ${what} in the directory ${tenantId}: ${reading.reason}`);
  throw new TenantError(
    `can't read ${what} in the directory ${tenantId}: the identity that signs in lacks ${reading.permission}. ${GRANT}`,
  );
}

const GRANT =
  'A Privileged Role Administrator grants it to the application (Entra admin center: App registrations > API permissions > ' +
  'Grant admin consent); npx --no entra-aws sign-in bootstrap makes one that has them';

/** Reads a part of a directory, with the permission that it needs, within the time of a part. */
export type ReadPart = <T>(permission: string, read: () => Promise<T>) => Promise<Reading<T>>;

export function readerWithin(timeoutSeconds: number): ReadPart {
  return (permission, read) => within(timeoutSeconds, readGraph(permission, read));
}

/** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
const Claims = z.object({
  appid: z.string(),
  oid: z.string().optional(),
  scp: z.string().optional(),
  roles: z.array(z.string()).default([]),
});

/**
 * Claims of a token. Its signature is not looked at: who sent for it knows where it is from, and nothing is decided by it.
 *
 * @throws Error where it is not a token of Entra ID that can be read
 */
export function claimsOf(token: string): TokenFacts {
  const { appid, scp, roles } = parse(token);
  if (scp === undefined) return { kind: 'application', clientId: appid, permissions: roles };
  return { kind: 'delegated', clientId: appid, permissions: scp.split(' ').filter((scope) => scope !== '') };
}

function parse(token: string): z.output<typeof Claims> {
  const [, payload = ''] = token.split('.');
  const parsed = Claims.safeParse(parseQuietly(Buffer.from(payload, 'base64url').toString()));
  if (!parsed.success) throw new Error('the token of Graph has no claims that can be read');
  return parsed.data;
}

/** The texts of a list; none if it is not a list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Filter by a display name, which several objects may have. */
export function isNamed(name: string): string {
  return `displayName eq '${name.replaceAll("'", "''")}'`;
}

/** Scopes of a consent. */
export function scopesIn(scope: unknown): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [];
}
