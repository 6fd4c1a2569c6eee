import { objectsOf } from '../../../apps/emulator/graph/json';
import { answeringSignIn, startIn } from '../../support/bootstrap-command';
import { EngineGraph } from '../../support/engine-graph';
import { EngineProject } from '../../support/engine-project';
import { describeProject } from '../../support/engine-suite';
import { writeEstate } from '../../support/estate-project';
import { hostedSandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';

const ADMIN = 'ada@contosoclaims.onmicrosoft.com';
const TENANT = { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' };
const PRINT =
  "process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('ARM_')))))";

describeProject('the application that bootstrap makes', (cli) => {
  const folder = temporaryFolder();

  test('deploys the customers of the sandbox from a laptop, and is destroyed, with the permissions that it was given and no other', async () => {
    writeEstate(folder, 'sandbox', hostedSandboxFiles());
    const quirks = { administrators: [ADMIN] };
    const graph = await EngineGraph.start(
      { tenant: TENANT, users: [ADMIN], quirks, now: () => new Date() },
      'bootstrap',
    );
    const applications = async (): Promise<readonly unknown[]> =>
      objectsOf((await graph.call('GET /v1.0/applications')).body, 'value')
        .map(({ displayName }) => displayName)
        .toSorted();
    const start = (args: readonly string[]) => startIn({ emulator: graph.emulator, folder }, args);
    const made = start(['bootstrap', '--program', 'customers', '--laptop', '--yes', '--sign-in', 'device-code']);
    expect(await finish(answeringSignIn(made, graph.emulator, ADMIN))).toMatchObject({ code: 0, stderr: '' });
    const signedIn = await finish(start(['sign-in', '--program', 'customers', '--', process.execPath, '-e', PRINT]));
    const { NODE_EXTRA_CA_CERTS = '' } = graph.emulator.env;
    const variables = JSON.parse(signedIn.stdout) as Readonly<Record<string, string>>;
    const environment = { ...graph.environment, NODE_EXTRA_CA_CERTS, ...variables };
    const project = await EngineProject.create({ cli, stackName: 'sandbox-customers', environment });
    try {
      await project.stack.up();
      expect(await applications()).toEqual(['Claims', 'Claims API', 'deployer', 'sandbox deployments']);
      await project.stack.preview({ expectNoChanges: true });
      expect(project.storedState()).not.toContain(variables['ARM_OIDC_TOKEN']);
      await project.stack.destroy();
      expect(await applications()).toEqual(['deployer', 'sandbox deployments']);
    } finally {
      project.remove();
      await graph.stop();
    }
  });
});
