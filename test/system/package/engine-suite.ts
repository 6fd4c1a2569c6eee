import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { managedFiles } from '../../../src/package/project/managed-files';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { EngineGraph, FOR_AZUREAD } from '../../support/engine-graph';
import { SECRET } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { SANDBOX } from '../../support/repository';
import { describeWithTool } from '../../support/tools';
import type { InstalledPackage } from './installed-package';
import { hasAzuread, missingEngine, TeamStack } from './team-stack';

const ESTATE = 'sandbox';
const TENANT = { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' };
const FLOWS = 'GET /beta/identity/b2cUserFlows';

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

    test('previews a directory of B2C, deploys it, shows no change after that, and takes it away', async () => {
      cpSync(SANDBOX, join(folder, 'estates', ESTATE), { recursive: true });
      const graph = await EngineGraph.start({
        tenant: TENANT,
        deployer: { roles: GRAPH_PERMISSIONS.customers.deploy },
        ...(hasAzuread && { quirks: FOR_AZUREAD }),
      });
      const flows = async () => valuesOf(await graph.call(FLOWS), 'id');
      try {
        const stack = await TeamStack.create({ folder, stack: `${ESTATE}-customers`, graph });
        const before = readdirSync(folder).toSorted();
        expect(await stack.pulumi('preview')).toMatch(/\+ \d+ to create/);
        expect(await flows()).toEqual([]);
        await stack.pulumi('up', '--yes', '--skip-preview');
        expect(await flows()).not.toEqual([]);
        expect(graph.emulator.log.entries.filter(({ status }) => status === 501)).toEqual([]);
        await stack.pulumi('preview', '--expect-no-changes');
        const state = join(folder, `.pulumi/stacks/entra-aws-identity/${ESTATE}-customers.json`);
        expect(readFileSync(state, 'utf8')).not.toContain(SECRET);
        await stack.pulumi('destroy', '--yes', '--skip-preview');
        expect(await flows()).toEqual([]);
        expect(readdirSync(folder).toSorted()).toEqual(before);
      } finally {
        await graph.stop();
      }
    });
  });
}
