import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customers } from '../../../stacks/entra/customers';
import { adoptResources, type Adoption, parseAdoption } from '../../../stacks/entra/adopt';
import type { Program } from '../../../stacks/entra/program';
import { workforce } from '../../../stacks/entra/workforce';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import type { Estate } from '../../../src/estate/sections/estate';
import { EngineGraph, FOR_AZUREAD, OWNED_BY_MAKER } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread } from '../../support/engine-suite';
import { EXTERNAL } from '../../support/entra-estate';
import { memoryFolder } from '../../support/estate-files';
import { EXTERNAL_PERMISSIONS, GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { makeByHand } from '../../support/portal-application';
import { EXAMPLE_ESTATES } from '../../support/repository';
import { runCommand } from '../clouds/organization/run-snapshot';

const NOW = new Date();
const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
const SCIM = [
  ...['--scim-endpoint', 'https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60-4f39-8c12-90d7b3a6f541/scim/v2'],
  ...['--scim-token-expires', '2027-09-30'],
];

interface World {
  readonly program: PulumiKind;
  readonly run: Program;
  /** Estate of which the program makes what is imported; without it somebody made the application in the portal. */
  readonly estate: Estate | undefined;
  readonly domain?: string;
  readonly roles: Parameters<typeof EngineGraph.start>[0];
  /** Options of the import. */
  readonly options: readonly string[];
  /** Address that the import leaves to a person, who declares it. @default nothing is left to be decided */
  readonly notified?: string;
}

const sandbox = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox')).estate;
const external = planEstate(memoryFolder({ 'estate.yaml': EXTERNAL })).estate;

const WORLDS: readonly (readonly [string, World])[] = [
  [
    'the workforce of the sandbox',
    {
      program: 'workforce',
      run: workforce,
      estate: sandbox,
      roles: { deployer: { roles: GRAPH_PERMISSIONS.workforce.deploy } },
      options: ['--tenant', sandbox.workforce?.tenantId ?? '', ...SCIM],
      notified: 'identity@insurance.example.com',
    },
  ],
  [
    'an application that somebody made in the portal',
    {
      program: 'workforce',
      run: workforce,
      estate: undefined,
      roles: { deployer: { roles: GRAPH_PERMISSIONS.workforce.deploy } },
      options: ['--tenant', TENANT, ...SCIM],
    },
  ],
  [
    'the customers of the sandbox, in B2C',
    {
      program: 'customers',
      run: customers,
      estate: sandbox,
      domain: 'contosoclaims.onmicrosoft.com',
      roles: { deployer: { roles: GRAPH_PERMISSIONS.customers.deploy } },
      options: ['--customers-tenant', sandbox.customers?.tenantId ?? ''],
    },
  ],
  [
    'customers in an external tenant',
    {
      program: 'customers',
      run: customers,
      estate: external,
      domain: 'contosoclaims.onmicrosoft.com',
      roles: { deployer: { roles: EXTERNAL_PERMISSIONS.deploy } },
      options: ['--customers-tenant', external.customers?.tenantId ?? ''],
    },
  ],
];

/** Declares an address that is told of an expiry, which the import has listed to be decided. */
function declareNotified(address: string, { estate, out }: { readonly estate: string; readonly out: string }): void {
  expect(readFileSync(join(out, 'left-entra.txt'), 'utf8')).toContain(`${address} is told of an expiry`);
  const text = readFileSync(estate, 'utf8');
  writeFileSync(estate, text.replace(/^( +)signOnUrl: .+$/m, `$&\n$1notificationEmails: [${address}]`));
}

describeWithAzuread('adopting what a directory has, on the real engine', (cli) => {
  test.each(WORLDS)('%s: the first deployment changes nothing', async (_, world) => {
    const { program, run, estate, domain, roles, options, notified } = world;
    const folder = mkdtempSync(join(tmpdir(), 'entra-import-'));
    const tenant = {
      id: estate?.[program]?.tenantId ?? TENANT,
      ...(domain !== undefined && { domain, verifiedDomains: [domain] }),
    };
    const graph = await EngineGraph.start(
      { ...roles, tenant, quirks: { ...FOR_AZUREAD, ...OWNED_BY_MAKER } },
      'import',
    );
    const stacks: EngineStack[] = [];
    const stackOf = async (of: () => Estate, adoption: () => Adoption): Promise<EngineStack> => {
      const engine = await EngineStack.create({
        cli,
        environment: graph.environment,
        program: () => {
          adoptResources(adoption());
          return Promise.resolve({ ...run(of(), { now: NOW, warn: () => undefined }) });
        },
      });
      stacks.push(engine);
      await graph.configure(engine.stack);
      return engine;
    };
    try {
      if (estate === undefined) await makeByHand(graph.call);
      else {
        const made = await stackOf(
          () => estate,
          () => ({}),
        );
        await made.stack.setConfig('scimToken', { value: 'scim-token-of-the-first', secret: true });
        await made.stack.up();
      }

      const estates = join(folder, 'estates');
      const out = join(folder, 'out');
      const words = ['--from', 'entra', '--against', 'local', '--estate', 'acme', '--estates', estates, '--out', out];
      const result = await runCommand('import', [...words, ...options], graph.emulator.env);
      expect(`${result.stdout}${result.stderr}`).toContain(`${program}.json written`);
      expect(result.code).toBe(0);
      if (notified !== undefined) declareNotified(notified, { estate: join(estates, 'acme/estate.yaml'), out });

      const { estate: imported } = planEstate(diskFolder(estates, 'acme'));
      let adoption = parseAdoption('file', readFileSync(join(out, `${program}.json`), 'utf8'));
      const adopted = await stackOf(
        () => imported,
        () => adoption,
      );
      await adopted.stack.setConfig('credentials', { value: 'kept' });
      graph.take();
      const { summary } = await adopted.stack.up();
      expect(Object.keys(summary.resourceChanges ?? {}).toSorted()).toEqual(['create', 'import']);
      expect(summary.resourceChanges?.['import']).toBe(Object.keys(adoption).length);
      expect(graph.take().graph.filter((request) => !request.startsWith('GET '))).toEqual([]);

      adoption = {};
      await adopted.stack.preview({ expectNoChanges: true });
      await adopted.stack.preview({ expectNoChanges: true, refresh: true });
    } finally {
      for (const engine of stacks) engine.remove();
      await graph.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
