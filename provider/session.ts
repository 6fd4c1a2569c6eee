import type { TokenCredential } from '@azure/core-auth';
import { findCloud, type Cloud } from './config/cloud';
import { chooseCredential, CredentialError } from './config/credential';
import { resolveConfig, SECRET_KEYS, type Environment, type ProviderConfig } from './config/provider-config';
import { GraphClient, type Connection } from './graph/client';
import { Locks } from './graph/locks';
import { Transport, type TokenSource } from './graph/transport';
import { systemClock, Waiter } from './graph/waiter';
import type { Context, Held } from './resource';
import type { Properties } from './values';

/** A token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 300_000;

/** One configured provider: endpoints, sign-in, locks. Nothing is sent before the first resource needs it. */
export class Session {
  /** Without a token. */
  readonly web: Transport;
  private readonly stop = new AbortController();
  private readonly locks = new Locks();
  private readonly clock = systemClock(this.stop.signal);
  private config: ProviderConfig = {};
  private secrets: readonly string[] = [];
  private connection: Promise<Connection> | undefined;
  private source: TokenSource | undefined;

  /**
   * @param userAgent by default that of the plug-in
   * @param signIn way to sign in, by default the one that the configuration fits
   */
  constructor(
    private readonly userAgent?: string,
    private readonly signIn?: (cloud: Cloud) => TokenCredential,
  ) {
    this.web = new Transport(undefined, this.stop.signal, userAgent);
  }

  configure(values: Properties, secretTexts: Iterable<string>, environment: Environment = process.env): void {
    this.config = resolveConfig(values, environment);
    const own = SECRET_KEYS.map((key) => this.config[key]);
    this.secrets = [...secretTexts, ...own.filter((text) => text !== undefined)];
    this.connection = undefined;
  }

  /** Texts that no message may contain. */
  get secretTexts(): readonly string[] {
    return this.secrets;
  }

  /** Ends pauses and requests under way. */
  cancel(): void {
    this.stop.abort();
  }

  /**
   * Tools of an operation. It connects when it sends its first request.
   *
   * @param timeoutMs time of the operation, from now @default each of its waits has 3 min
   * @param held objects of the program @default none: no program runs
   */
  context(warn: (message: string) => void, timeoutMs?: number, held: () => readonly Held[] = () => []): Context {
    const waiter = new Waiter(this.clock, {}, timeoutMs);
    const graph = new GraphClient(() => this.connect(), waiter);
    return { graph, waiter, locks: this.locks, warn, held };
  }

  /** The token that requests are sent with. Nothing may show it. */
  async token(): Promise<string> {
    await this.connect();
    if (this.source === undefined) throw new Error('a connection has no token');
    return this.source();
  }

  /** Addresses of sign-in and of Graph. */
  cloud(): Promise<Cloud> {
    return findCloud(this.config, this.web);
  }

  private connect(): Promise<Connection> {
    this.connection ??= this.open().catch((error: unknown) => {
      // The next request tries again.
      this.connection = undefined;
      throw error;
    });
    return this.connection;
  }

  private async open(): Promise<Connection> {
    const cloud = await this.cloud();
    this.source = tokenSource(this.signIn?.(cloud) ?? (await configuredSignIn(this.config, cloud)), cloud);
    return { endpoint: cloud.graph, transport: new Transport(this.source, this.stop.signal, this.userAgent) };
  }
}

async function configuredSignIn(config: ProviderConfig, cloud: Cloud): Promise<TokenCredential> {
  const library = await import('@azure/identity');
  return chooseCredential({ config, cloud, library });
}

function tokenSource(credential: TokenCredential, cloud: Cloud): TokenSource {
  let current: { readonly token: string; readonly renewAt: number } | undefined;
  let pending: Promise<string> | undefined;
  const signIn = async (): Promise<string> => {
    try {
      const fresh = await credential.getToken(`${cloud.graph}/.default`);
      if (fresh === null) throw new Error('no token');
      current = { token: fresh.token, renewAt: fresh.expiresOnTimestamp - RENEW_BEFORE_MS };
      return fresh.token;
    } catch (error) {
      if (error instanceof CredentialError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new CredentialError(`can't sign in to Microsoft Graph at ${cloud.login}: ${reason}`);
    }
  };
  return async () => {
    if (current !== undefined && Date.now() < current.renewAt) return current.token;
    // Resources that start together wait for one sign-in.
    pending ??= signIn().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}
