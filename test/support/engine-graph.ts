import type { Stack } from '@pulumi/pulumi/automation';
import { GRAPH_ROLES } from '../../apps/emulator/graph/auth/roles';
import type { GraphClient } from '../../apps/emulator/graph/settings';
import type { Requester } from '../../scripts/reference/graph-requests';
import type { PulumiKind } from '../../src/estate/plan/stacks/stacks';
import type { GraphEmulator, GraphEmulatorOptions } from '../../apps/emulator/graph';
import { clientOf, type Call } from './apps/emulator/support/client';
import { SECRET } from './engine-suite';
import { GRAPH_PERMISSIONS } from './graph-permissions';
import { startEmulator } from './start-emulator';

/** A client that may do everything, whatever the deployer may. */
export function administratorOf({ graphUrl, token, quirks, visibility }: GraphEmulator): Call {
  return clientOf({ graphUrl, quirks, visibility, token: () => token(Object.keys(GRAPH_ROLES)) });
}

/** azuread 6.9 does not survive a new object that can't be read at once (docs/adr/0030): where its plug-in runs, none lags. */
export const FOR_AZUREAD = { lag: 'none' } as const;

/** Makes who instantiates a template its owner, in suites that are not about owners. */
export const OWNED_BY_MAKER = { instantiateOwner: 'caller' } as const;

/** Lets a reviewer read what is documented for those alone who may write; no tenant has shown whether it may. */
export const FOR_REVIEWERS = { undocumentedReads: 'allowed' } as const;

/** Who previews a pull request: an identity of its own, which may only read. */
export function reviewerOf(
  program: PulumiKind,
  roles: readonly string[] = GRAPH_PERMISSIONS[program].preview,
): GraphClient {
  return {
    clientId: '66666666-6666-4666-8666-666666666666',
    clientSecret: SECRET,
    objectId: '77777777-7777-4777-8777-777777777777',
    displayName: 'reviewer',
    roles,
  };
}

/** Lets a stack sign in as the deployer of a directory. */
export async function configureStack(
  stack: Stack,
  { tenant, deployer, tlsUrl }: Pick<GraphEmulator, 'tenant' | 'deployer' | 'tlsUrl'>,
): Promise<void> {
  await stack.setAllConfig({
    'azuread:metadataHost': { value: new URL(tlsUrl).host },
    'azuread:tenantId': { value: tenant.id },
    'azuread:clientId': { value: deployer.clientId },
    'azuread:clientSecret': { value: deployer.clientSecret, secret: true },
    'azuread:useCli': { value: 'false' },
  });
}

/** A directory that the plug-in process reaches as it would reach Entra ID, by `azuread:` configuration. */
export class EngineGraph {
  readonly emulator: GraphEmulator;
  /** Calls Graph as somebody who may do everything, to look at the directory and to change it behind the engine's back. */
  readonly call: Call;
  /** What a plug-in process needs to trust the emulator. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(emulator: GraphEmulator) {
    this.emulator = emulator;
    this.call = administratorOf(emulator);
    this.environment = { SSL_CERT_FILE: emulator.caFile };
  }

  /** @param command whose requests are those of the commands */
  static async start(options: GraphEmulatorOptions = {}, command?: Requester): Promise<EngineGraph> {
    const deployer = { clientSecret: SECRET, ...options.deployer };
    return new EngineGraph(await startEmulator({ ...options, deployer }, command));
  }

  configure(stack: Stack): Promise<void> {
    return configureStack(stack, this.emulator);
  }

  /** By environment, as CI signs in: an identity in the stack's configuration would be an input of the provider. */
  async signInAs(stack: Stack, { clientId }: Pick<GraphClient, 'clientId'>): Promise<void> {
    await stack.removeConfig('azuread:clientId');
    stack.workspace.envVars['ARM_CLIENT_ID'] = clientId;
  }

  /** Requests to Graph since the last call, but for those that were throttled, and those that met a replica which lags. */
  takeDone(): readonly string[] {
    const done = this.emulator.log.entries.filter(({ status }) => status !== 404 && status !== 429);
    this.emulator.log.clear();
    return done.map(({ method, path }) => `${method} ${path}`).filter((request) => / \/(v1\.0|beta)\//.test(request));
  }

  /** Requests since the last call, with their paths as they were sent: those to Graph, and those before it. */
  take(): { readonly graph: readonly string[]; readonly login: readonly string[] } {
    const requests = this.emulator.log.entries.map(({ method, path }) => `${method} ${path}`);
    this.emulator.log.clear();
    const isGraph = (request: string): boolean => /^\w+ \/(v1\.0|beta)\//.test(request);
    return { graph: requests.filter(isGraph), login: requests.filter((request) => !isGraph(request)) };
  }

  /** @throws Error for a request that docs/graph-requests.md does not have */
  stop(): Promise<void> {
    return this.emulator.stop();
  }
}
