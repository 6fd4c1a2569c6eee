import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { GraphEmulator, GraphEmulatorOptions } from '../../../apps/emulator/graph';
import metadata from '../../../apps/emulator/graph/described/metadata.json';
import { APPLICATION } from '../../../apps/emulator/graph/resources/applications/application';
import { GROUP } from '../../../apps/emulator/graph/resources/groups/group';
import { childrenOf, isAlive } from '../../support/children';
import { administratorOf, FOR_AZUREAD } from '../../support/engine-graph';
import { describeWithAzuread } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { scriptArguments } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { finish, type Finished } from '../clouds/organization/run-snapshot';
import { startEmulator } from '../../support/start-emulator';

const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';
const DOMAIN = 'contosoclaims.onmicrosoft.com';
const SECRET = 'Planted~secret~8Q';
const BYSTANDER = 'Planted Bystander';
const GUID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/i;

/** Those that docs/proving.md says. */
const ROLES = GRAPH_PERMISSIONS.workforce.deploy.filter((role) => role !== 'Policy.ReadWrite.ConditionalAccess');

/** A tenant as a person would have it: under another name than localhost, with objects of others. */
function startTenant(options: GraphEmulatorOptions = {}): Promise<GraphEmulator> {
  return startEmulator({
    publicHost: 'tenant.localhost',
    tenant: { id: TENANT, domain: DOMAIN, verifiedDomains: [DOMAIN], displayName: 'Planted Insurance', kind: 'AAD' },
    deployer: { clientSecret: SECRET, displayName: 'Planted Deployer', roles: ROLES },
    groups: [BYSTANDER],
    quirks: FOR_AZUREAD,
    ...options,
  });
}

/** A person does what stands there. */
async function addOwners(tenant: GraphEmulator, text: string): Promise<void> {
  // Not every resolver knows the name under which the tenant is at home here.
  const graphUrl = tenant.graphUrl.replace('tenant.localhost', 'localhost');
  const call = administratorOf({ ...tenant, graphUrl });
  const [, application = '', owner = ''] = /--id (\S+) --owner-object-id (\S+)/.exec(text) ?? [];
  const [principal = ''] = /(?<=servicePrincipals\/)[^/]+/.exec(text) ?? [];
  const reference = { '@odata.id': `${graphUrl}/v1.0/directoryObjects/${owner}` };
  await call(`POST /v1.0/applications/${application}/owners/$ref`, reference);
  await call(`POST /v1.0/servicePrincipals/${principal}/owners/$ref`, reference);
}

const namesIn = ({ directory }: GraphEmulator): readonly unknown[] =>
  (['groups', 'applications', 'servicePrincipals'] as const)
    .flatMap((kind) => directory.all(kind))
    .map(({ displayName }) => displayName)
    .toSorted();

describeWithAzuread('npx tsx scripts/prove.ts', (cli) => {
  const folder = temporaryFolder();
  const report = join(folder, 'docs/proof/report.md');

  function start(tenant: GraphEmulator, ...args: readonly string[]): ChildProcess {
    const env = {
      PATH: `${cli}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: folder,
      PULUMI_HOME: join(folder, 'home'),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      ...tenant.env,
    };
    const words = [...scriptArguments('prove'), '--directory', 'contosoclaims', ...args];
    return spawn(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  const run = (tenant: GraphEmulator, ...args: readonly string[]): Promise<Finished> => {
    const child = start(tenant, ...args);
    child.stdout?.on('data', (text: Buffer) => {
      if (text.toString().includes('--owner-object-id')) void addOwners(tenant, text.toString());
    });
    return finish(child);
  };
  const prove = (tenant: GraphEmulator, ...args: readonly string[]): Promise<Finished> =>
    run(tenant, ...args, '--yes', '--out', report);

  /** All that is written to be kept or shown. */
  const written = (): string => {
    const runs = join(folder, 'plan/prove');
    const records = readdirSync(runs).map((name) => join(runs, name, 'tenant.jsonl'));
    return [report, ...records.filter((file) => existsSync(file))].map((file) => readFileSync(file, 'utf8')).join('\n');
  };

  test('asks before it begins, and sends nothing when the answer is no', async () => {
    const tenant = await startTenant();
    try {
      const { code, stdout } = await run(tenant, '--kind', 'workforce');
      expect(code).toBe(1);
      expect(stdout).toContain(`In the tenant ${TENANT} (workforce) this makes a group`);
      expect(stdout).toContain('Nothing was made or deleted.');
      expect(tenant.log.entries).toEqual([]);
      expect(existsSync(join(folder, 'plan'))).toBe(false);
    } finally {
      await tenant.stop();
    }
  });

  test('a tenant that answers as the emulator differs in nothing, and nothing of it is written or left', async () => {
    const tenant = await startTenant();
    try {
      const before = namesIn(tenant);
      const { code, stdout, stderr } = await prove(tenant, '--kind', 'workforce');
      expect([code, stdout.split('\n').at(-3), stderr]).toEqual([0, `0 differences; the report is ${report}`, '']);
      expect(readFileSync(report, 'utf8')).toContain('## What differed\n\nNothing differed.');
      expect(namesIn(tenant)).toEqual(before);
      for (const planted of ['Planted', DOMAIN, GUID]) expect(written()).not.toMatch(planted);
    } finally {
      await tenant.stop();
    }
  });

  test('finds what the tenant answers in another way', async () => {
    const tenant = await startTenant();
    const { properties } = metadata.beta.types.group;
    const known = Object.entries(properties).filter(([name]) => name !== 'classification');
    const parentalControlSettings = { countriesBlockedForMinors: null, legalAgeGroupRule: 'Planted rule' };
    const planted = [
      jest.replaceProperty(metadata.beta.types.group, 'properties', Object.fromEntries(known) as typeof properties),
      jest.replaceProperty(GROUP, 'initial', { ...GROUP.initial, theme: 'Planted theme' }),
      jest.replaceProperty(APPLICATION, 'initial', { ...APPLICATION.initial, parentalControlSettings }),
    ];
    tenant.faults.add({ kind: 'throttled', method: 'POST', path: '/beta/groups' });
    try {
      const { code, stdout } = await prove(tenant, '--kind', 'workforce');
      expect([code, stdout]).toEqual([1, expect.stringMatching(/\d+ differences; the report is/)]);
      const text = readFileSync(report, 'utf8');
      const [application, settings] = ['`GET /v1.0/applications/{id}` | AWS |', 'response.parentalControlSettings'];
      const rows = [
        '`POST /beta/groups` | people | only in the emulator | `response.classification` |  | `null`',
        '`POST /beta/groups` | people | other type | `response.theme` | `string {text}` | `null`',
        `${application} other type | \`${settings}.countriesBlockedForMinors\` | \`null\` | \`list\``,
        `${application} other value | \`${settings}.legalAgeGroupRule\` | \`string {text}\` | \`string Allow\``,
      ];
      for (const row of rows) expect(text).toContain(`| ${row} |`);
      // What was throttled was sent again.
      expect(text).not.toContain('429');
      expect(written()).not.toContain('Planted');
    } finally {
      for (const one of planted) one.restore();
      await tenant.stop();
    }
  });

  test('killed in the middle, it is cleaned up, and what others have stays', async () => {
    const held = Promise.withResolvers<undefined>();
    const wait = (): Promise<void> => {
      held.resolve(undefined);
      return new Promise(() => undefined);
    };
    const tenant = await startTenant({ wait });
    try {
      const before = namesIn(tenant);
      tenant.faults.add({ kind: 'slow', method: 'POST', path: '/beta/groups' });
      const child = start(tenant, '--kind', 'workforce', '--yes');
      await held.promise;
      const killed = familyOf(child.pid ?? 0);
      for (const id of killed) if (isAlive(id)) process.kill(id, 'SIGKILL');
      expect(namesIn(tenant).length).toBeGreaterThan(before.length);
      const { code, stdout } = await run(tenant, '--clean-up', '--yes');
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/prove-[\da-f]{8}: \d+ objects were deleted by name, 0 are/),
      ]);
      expect(namesIn(tenant)).toEqual(before);
      expect((await run(tenant, '--clean-up', '--yes')).stdout).toContain('Nothing is left of earlier runs.');
    } finally {
      await tenant.stop();
    }
  });
});

/** A process and all below it, the eldest first: a parent that lives could make more of them. */
function familyOf(id: number): readonly number[] {
  return [id, ...childrenOf(id, '').flatMap(familyOf)];
}
