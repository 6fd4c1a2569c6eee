import type { Stack } from '@pulumi/pulumi/automation';
import { startGraphEmulator, type GraphEmulator, type GraphEmulatorOptions } from '../../emulator/graph';
import { clientOf, type Call } from '../emulator/support/client';
import { SECRET } from './engine-suite';

/** A directory that the plug-in process reaches as it would reach Entra ID, by `azuread:` configuration. */
export class EngineGraph {
  readonly emulator: GraphEmulator;
  /** Calls Graph as the deployer does, to look at the directory and to change it behind the engine's back. */
  readonly call: Call;
  /** What a plug-in process needs to trust the emulator. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(emulator: GraphEmulator) {
    this.emulator = emulator;
    this.call = clientOf(emulator);
    this.environment = { SSL_CERT_FILE: emulator.caFile };
  }

  static async start(options: GraphEmulatorOptions = {}): Promise<EngineGraph> {
    const deployer = { clientSecret: SECRET, ...options.deployer };
    return new EngineGraph(await startGraphEmulator({ ...options, deployer }));
  }

  async configure(stack: Stack): Promise<void> {
    const { tenant, deployer, tlsUrl } = this.emulator;
    await stack.setAllConfig({
      'azuread:metadataHost': { value: new URL(tlsUrl).host },
      'azuread:tenantId': { value: tenant.id },
      'azuread:clientId': { value: deployer.clientId },
      'azuread:clientSecret': { value: deployer.clientSecret, secret: true },
      'azuread:useCli': { value: 'false' },
    });
  }

  /** Requests since the last call, with their paths as they were sent: those to Graph, and those before it. */
  take(): { readonly graph: readonly string[]; readonly login: readonly string[] } {
    const requests = this.emulator.log.entries.map(({ method, path }) => `${method} ${path}`);
    this.emulator.log.clear();
    const isGraph = (request: string): boolean => /^\w+ \/(v1\.0|beta)\//.test(request);
    return { graph: requests.filter(isGraph), login: requests.filter((request) => !isGraph(request)) };
  }

  async stop(): Promise<void> {
    await this.emulator.stop();
  }
}
