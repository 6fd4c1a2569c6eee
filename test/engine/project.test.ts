import type { JsonObject } from '../../emulator/graph/json';
import { objectsOf } from '../../emulator/graph/json';
import type { ProgramName } from '../../stacks/entra/program';
import { EngineGraph } from '../support/engine-graph';
import { EngineProject } from '../support/engine-project';
import { describeProject, SECRET } from '../support/engine-suite';
import { inDays } from '../support/fixed-day';
import { GRAPH_PERMISSIONS } from '../support/graph-permissions';

const TOKEN = 'scim-token-of-the-sandbox';

/** Where each stack of the sandbox is deployed to, and what is there when it was. */
const STACKS: readonly {
  readonly program: ProgramName;
  readonly tenant: { readonly id: string; readonly domain?: string };
  readonly applications: readonly string[];
}[] = [
  {
    program: 'customers',
    tenant: { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' },
    applications: ['Claims', 'Claims API'],
  },
  {
    program: 'workforce',
    tenant: { id: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' },
    applications: ['AWS IAM Identity Center'],
  },
];

describeProject('the project as it is deployed', (cli) => {
  test('refuses a stack that is configured for another directory, before anybody signs in', async () => {
    const project = await EngineProject.create({ cli, stackName: 'sandbox-customers' });
    try {
      await project.stack.setConfig('azuread:tenantId', { value: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' });
      const preview = project.stack.preview();
      await expect(preview).rejects.toThrow("The stack 'sandbox-customers' can't be deployed:");
      await expect(preview).rejects.toThrow("but customers.tenantId of the estate 'sandbox' is");
      // A mistake of whoever configures is no fault of the program.
      await expect(preview).rejects.not.toThrow(/at .*\.ts:\d+/);
    } finally {
      project.remove();
    }
  });

  test.each(STACKS)(
    'takes sandbox-$program from nothing to done, shows no change after it, and is destroyed',
    async ({ program, tenant, applications }) => {
      const deployer = { roles: GRAPH_PERMISSIONS[program].deploy };
      const graph = await EngineGraph.start({ tenant, deployer });
      const { environment } = graph;
      const project = await EngineProject.create({ cli, stackName: `sandbox-${program}`, environment });
      const registered = async (): Promise<readonly JsonObject[]> =>
        objectsOf((await graph.call('GET /v1.0/applications')).body, 'value');
      const names = async () => (await registered()).map(({ displayName }) => displayName).toSorted();
      try {
        await graph.configure(project.stack);
        await project.stack.setConfig('scimToken', { value: TOKEN, secret: true });
        await project.stack.setConfig('scimTokenExpires', { value: inDays(200).slice(0, 10) });
        const { outputs } = await project.stack.up();
        expect(await names()).toEqual([...applications, 'deployer'].toSorted());
        await project.stack.preview({ expectNoChanges: true });
        await project.stack.preview({ expectNoChanges: true, refresh: true });
        const secrets = [TOKEN, SECRET, outputs['clientSecret']?.value].filter((secret) => secret !== undefined);
        const state = project.storedState();
        expect(secrets.filter((secret) => state.includes(String(secret)))).toEqual([]);
        await project.stack.destroy({ refresh: true });
        expect(await names()).toEqual(['deployer']);
        expect(graph.emulator.log.entries.filter(({ status }) => status === 501)).toEqual([]);
      } finally {
        project.remove();
        await graph.stop();
      }
    },
  );
});
