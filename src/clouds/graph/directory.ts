import { findCloud, type Cloud } from '../../../provider/config/cloud';
import { resolveConfig } from '../../../provider/config/provider-config';
import { GraphError } from '../../../provider/graph/error';
import { Transport } from '../../../provider/graph/transport';
import type { Context } from '../../../provider/resource';
import { Session } from '../../../provider/session';
import { attempt, failed, type Reading, type Unread } from '../reading';

/** The two directories of an estate; each may have an identity of its own. */
export type DirectoryName = 'customers' | 'workforce';

type Environment = Readonly<Record<string, string | undefined>>;

/** A directory that is read: its Graph, and what it answers to anybody. */
export interface Directory {
  readonly tenantId: string;
  readonly context: Context;
  /** Where people sign in. */
  readonly cloud: () => Promise<Cloud>;
  /** Without a token. */
  readonly web: Transport;
  /** Ends what is still under way. */
  readonly close: () => void;
}

/**
 * Opens a directory with the variables that azuread reads (`ARM_…`). A variable with the directory's name before it
 * (`CUSTOMERS_ARM_CLIENT_ID`) counts for that directory alone. Nothing is sent yet.
 */
export function openDirectory(name: DirectoryName, tenantId: string, environment: Environment): Directory {
  const config = resolveConfig({ tenantId }, environmentFor(name, environment));
  const session = new Session();
  session.configure(config, []);
  const stop = new AbortController();
  const web = new Transport(undefined, stop.signal);
  return {
    tenantId,
    context: session.context(() => undefined),
    cloud: () => findCloud(config, web),
    web,
    close: () => {
      stop.abort();
      session.cancel();
    },
  };
}

function environmentFor(name: DirectoryName, environment: Environment): Environment {
  const prefix = `${name.toUpperCase()}_`;
  const own = Object.entries(environment).filter(([key]) => key.startsWith(`${prefix}ARM_`));
  return { ...environment, ...Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) };
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
