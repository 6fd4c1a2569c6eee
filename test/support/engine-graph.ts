import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation';
import { SECRET } from './engine-suite';
import { FakeGraph } from './fake-graph';
import { FakeLogin } from './fake-login';

/** A Graph and a sign-in that the plug-in process reaches as it would reach Entra ID, by `azuread:` configuration. */
export class EngineGraph {
  readonly graph: FakeGraph;
  readonly login: FakeLogin;
  readonly environment: Readonly<Record<string, string>>;
  private readonly folder: string;

  private constructor(graph: FakeGraph, login: FakeLogin) {
    this.graph = graph;
    this.login = login;
    this.folder = mkdtempSync(join(tmpdir(), 'entragraph-ca-'));
    const file = join(this.folder, 'ca.pem');
    writeFileSync(file, login.certificate);
    this.environment = { SSL_CERT_FILE: file };
  }

  static async start(): Promise<EngineGraph> {
    const graph = await new FakeGraph().start();
    return new EngineGraph(graph, await new FakeLogin(() => graph.url, SECRET).start());
  }

  async configure(stack: Stack): Promise<void> {
    await stack.setAllConfig({
      'azuread:metadataHost': { value: this.login.host },
      'azuread:tenantId': { value: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' },
      'azuread:clientId': { value: '8d1f3c52-6a0b-4b1d-9f5e-2c7a4e6b9d10' },
      'azuread:clientSecret': { value: SECRET, secret: true },
      'azuread:useCli': { value: 'false' },
    });
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.login.stop();
    await this.graph.stop();
  }
}
