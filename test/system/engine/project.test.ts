import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation';
import { objectOf, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import type { Outcome } from '../../../src/deploy/pipeline/outcome';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { create, register, scope } from '../apps/emulator/support/use-emulator';
import { finish } from '../clouds/organization/run-snapshot';
import { EngineGraph, FOR_AZUREAD, OWNED_BY_MAKER } from '../../support/engine-graph';
import { EngineProject } from '../../support/engine-project';
import { describeProject, SECRET } from '../../support/engine-suite';
import { inDays } from '../../support/fixed-day';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { PROGRAM } from '../../support/repository';

const TOKEN = 'scim-token-of-the-sandbox';

/** Id of a scope that this project did not make. */
const OTHER_ID = '0a0a0a0a-0000-4000-8000-000000000001';

/** The directories of the sandbox. */
const TENANTS: Readonly<Record<PulumiKind, { readonly id: string; readonly domain?: string }>> = {
  customers: { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' },
  workforce: { id: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' },
};

describeProject('the project as it is deployed', (cli) => {
  /** A stack of the sandbox and its directory, where the deployer may do what the documentation says, and no more. */
  async function withStack(
    program: PulumiKind,
    task: (project: EngineProject, graph: EngineGraph) => Promise<void>,
  ): Promise<void> {
    const deployer = { roles: GRAPH_PERMISSIONS[program].deploy };
    const graph = await EngineGraph.start({
      quirks: { ...FOR_AZUREAD, ...OWNED_BY_MAKER },
      tenant: TENANTS[program],
      deployer,
    });
    const { environment } = graph;
    const project = await EngineProject.create({ cli, stackName: `sandbox-${program}`, environment });
    try {
      await graph.configure(project.stack);
      await task(project, graph);
      // Nothing was asked of the emulator that it does not know.
      expect(graph.emulator.log.entries.filter(({ status }) => status === 501)).toEqual([]);
    } finally {
      project.remove();
      await graph.stop();
    }
  }

  const applications = async (graph: EngineGraph): Promise<readonly unknown[]> =>
    objectsOf((await graph.call('GET /v1.0/applications')).body, 'value')
      .map(({ displayName }) => displayName)
      .toSorted();

  test('refuses a stack that is configured for another directory, before anybody signs in', async () => {
    await withStack('customers', async ({ stack }, graph) => {
      await stack.setConfig('azuread:tenantId', { value: TENANTS.workforce.id });
      const preview = stack.preview();
      await expect(preview).rejects.toThrow("The stack 'sandbox-customers' can't be deployed:");
      await expect(preview).rejects.toThrow("but customers.tenantId of the estate 'sandbox' is");
      // A mistake of whoever configures is no fault of the program.
      await expect(preview).rejects.not.toThrow(/at .*\.ts:\d+/);
      expect(graph.take()).toEqual({ graph: [], login: [] });
    });
  });

  test.each([
    ['customers', ['Claims', 'Claims API']],
    ['workforce', ['AWS IAM Identity Center', 'AWS leavers (sandbox)']],
  ] as const)(
    'takes sandbox-%s from nothing to done, shows no change after it, and is destroyed',
    async (program, registered) => {
      await withStack(program, async (project, graph) => {
        const { stack } = project;
        await stack.setConfig('scimToken', { value: TOKEN, secret: true });
        await stack.setConfig('scimTokenExpires', { value: inDays(200).slice(0, 10) });
        const { outputs } = await stack.up();
        expect(await applications(graph)).toEqual([...registered, 'deployer']);
        await stack.preview({ expectNoChanges: true });
        await stack.preview({ expectNoChanges: true, refresh: true });
        const secrets = [TOKEN, SECRET, outputs['clientSecret']?.value].filter((secret) => secret !== undefined);
        const state = project.storedState();
        expect(secrets.filter((secret) => state.includes(String(secret)))).toEqual([]);
        await stack.destroy({ refresh: true });
        expect(await applications(graph)).toEqual(['deployer']);
      });
    },
  );

  /** What the pipeline's step says; it runs `pulumi preview` in the project, as the workflows do. */
  async function cloudPlan({ workspace }: Stack, mode: 'plan' | 'drift'): Promise<Outcome> {
    const { workDir, envVars, pulumiHome = '' } = workspace;
    const command = [PROGRAM, 'ci', 'cloud-plan', '--step', 'customers', '--mode', mode];
    const child = spawn(process.execPath, command, {
      cwd: workDir,
      env: { ...process.env, ...envVars, PULUMI_HOME: pulumiHome },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = await finish(child);
    const file = join(workDir, 'plan/clouds/customers.outcome.json');
    if (!existsSync(file)) throw new Error(`${stdout}\n${stderr}`);
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome;
  }

  test('the pipeline plans, deploys what it planned and nothing else, and finds what somebody changed', async () => {
    await withStack('customers', async ({ stack }, graph) => {
      const plan = join(stack.workspace.workDir, 'plan/clouds/customers.plan.json');
      const first = await cloudPlan(stack, 'plan');
      expect(first).toMatchObject({ state: 'changed', destroyed: [] });
      expect(first.text).toContain('create azuread:index/application:Application web-application');
      expect((await stack.up({ plan })).summary.resourceChanges).toEqual({ create: 19 });
      expect((await cloudPlan(stack, 'plan')).state).toBe('unchanged');
      expect((await cloudPlan(stack, 'drift')).state).toBe('unchanged');
      const found = valuesOf(await graph.call("GET /v1.0/applications?$filter=displayName eq 'Claims'"), 'id');
      await graph.call(`PATCH /v1.0/applications/${String(found[0])}`, { web: { redirectUris: [] } });
      const drift = await cloudPlan(stack, 'drift');
      expect(drift.state).toBe('changed');
      expect(drift.text.split('\n')[0]).toBe('update azuread:index/application:Application web-application');
      // The plan foresaw no change; once the state knows of the drift, there is one.
      await stack.refresh();
      await expect(stack.up({ plan })).rejects.toThrow('violates plan');
    });
  });

  test('takes over an application and a user flow that exist, as the guide says', async () => {
    await withStack('customers', async ({ stack }, graph) => {
      const api = { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope('Accounts.Read', OTHER_ID)] };
      const existing = await register(graph.call, { displayName: 'Claims API', api });
      // The deploying identity may change what it owns alone (docs/bicep.md).
      const [deployer] = objectsOf(
        (await graph.call("GET /v1.0/servicePrincipals?$filter=displayName eq 'deployer'")).body,
        'value',
      );
      const owner = { '@odata.id': `${graph.emulator.graphUrl}/v1.0/directoryObjects/${textOf(deployer ?? {}, 'id')}` };
      for (const owned of [`applications/${existing.applicationId}`, `servicePrincipals/${existing.principalId}`])
        await graph.call(`POST /v1.0/${owned}/owners/$ref`, owner);
      const flow = { id: 'B2C_1_signupsignin1', userFlowType: 'signUpOrSignIn', userFlowTypeVersion: 3 };
      await create(graph.call, '/beta/identity/b2cUserFlows', flow);
      await stack.import({
        resources: [
          { type: 'identity:entra:B2cApiApplication', name: 'api', component: true },
          {
            type: 'azuread:index/application:Application',
            name: 'api-application',
            parent: 'api',
            id: `/applications/${existing.applicationId}`,
          },
          {
            type: 'azuread:index/servicePrincipal:ServicePrincipal',
            name: 'api-service-principal',
            parent: 'api',
            id: `/servicePrincipals/${existing.principalId}`,
          },
        ],
        protect: false,
        generateCode: false,
      });
      const { outputs, summary } = await stack.up();
      expect(summary.resourceChanges).toEqual({ create: 15, update: 1, same: 3 });
      expect(outputs['apiClientId']?.value).toBe(existing.appId);
      expect(await applications(graph)).toEqual(['Claims', 'Claims API', 'deployer']);
      expect(valuesOf(await graph.call('GET /beta/identity/b2cUserFlows'), 'id')).toHaveLength(4);
      const { body } = await graph.call(`GET /v1.0/applications/${existing.applicationId}`);
      const scopes = objectsOf(objectOf(body, 'api'), 'oauth2PermissionScopes');
      expect(scopes.map(({ value }) => value).toSorted()).toEqual(['Accounts.Read', 'Accounts.Write']);
      expect(scopes.map(({ id }) => id)).not.toContain(OTHER_ID);
      await stack.preview({ expectNoChanges: true, refresh: true });
    });
  });
});
