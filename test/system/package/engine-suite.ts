import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { managedFiles } from '../../../src/package/project/managed-files';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { EngineGraph, FOR_AZUREAD } from '../../support/engine-graph';
import { SECRET } from '../../support/engine-suite';
import { EXTERNAL_PERMISSIONS, GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { EXAMPLE_ESTATES, REPOSITORY } from '../../support/repository';
import { describeWithTool } from '../../support/tools';
import { register } from '../apps/emulator/support/use-emulator';
import type { InstalledPackage } from './installed-package';
import { hasAzuread, missingEngine, TeamStack } from './team-stack';

/** Directories of the customers, and where their estates are. */
const CUSTOMERS = [
  {
    estates: EXAMPLE_ESTATES,
    estate: 'sandbox',
    tenant: { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' },
    roles: GRAPH_PERMISSIONS.customers.deploy,
    flows: '/beta/identity/b2cUserFlows',
  },
  {
    estates: join(REPOSITORY, 'test/estates'),
    estate: 'external',
    tenant: { id: '3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32', domain: 'contosocustomers.onmicrosoft.com', kind: 'CIAM' },
    roles: EXTERNAL_PERMISSIONS.deploy,
    flows: '/v1.0/identity/authenticationEventsFlows',
  },
] as const;

/** The package's program and plug-in on the real engine, which starts the program by its own host for Node. */
export function describeInEngine(installedPackage: () => InstalledPackage): void {
  const azuread = hasAzuread ? "azuread's plug-in" : "a stand-in for azuread's plug-in";
  const title = `the package on the real engine, with ${azuread}`;
  describeWithTool({ tool: 'pulumi', title, missing: missingEngine() }, () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'team-'));
      symlinkSync(join(installedPackage().folder, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(
        join(folder, 'Pulumi.yaml'),
        String(managedFiles({ forge: 'none', estates: [], owners: [] })['Pulumi.yaml']),
      );
    });

    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    test.each(CUSTOMERS)(
      'previews $estate, deploys it, and shows no change after that',
      async ({ estates, estate, tenant, roles, flows }) => {
        cpSync(join(estates, estate), join(folder, 'estates', estate), { recursive: true });
        const graph = await EngineGraph.start({
          tenant,
          deployer: { roles },
          ...(hasAzuread && { quirks: FOR_AZUREAD }),
        });
        try {
          // User flows of an external tenant are linked to an application, which the directory must have.
          const clientIds = hasAzuread ? {} : { 'web-application': (await register(graph.call)).appId };
          const stack = await TeamStack.create({ folder, stack: `${estate}-customers`, graph, clientIds });
          const before = readdirSync(folder).toSorted();
          expect(await stack.pulumi('preview')).toMatch(/\+ \d+ to create/);
          expect(valuesOf(await graph.call(`GET ${flows}`), 'id')).toEqual([]);
          await stack.pulumi('up', '--yes', '--skip-preview');
          expect(valuesOf(await graph.call(`GET ${flows}`), 'id')).not.toEqual([]);
          expect(graph.emulator.log.entries.filter(({ status }) => status === 501)).toEqual([]);
          await stack.pulumi('preview', '--expect-no-changes');
          const state = readFileSync(
            join(folder, `.pulumi/stacks/entra-aws-identity/${estate}-customers.json`),
            'utf8',
          );
          expect(state).not.toContain(SECRET);
          await stack.pulumi('destroy', '--yes', '--skip-preview');
          expect(valuesOf(await graph.call(`GET ${flows}`), 'id')).toEqual([]);
          expect(readdirSync(folder).toSorted()).toEqual(before);
        } finally {
          await graph.stop();
        }
      },
    );
  });
}
