import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { EngineGraph } from '../../support/engine-graph';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { ISSUER, makeByHand } from '../../support/portal-application';
import { describeWithPython } from '../../support/python';
import { PROGRAM } from '../../support/repository';
import { seedOrganization } from '../../support/seed-organization';

const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', identityStoreId: 'd-1234567890' };

describeWithPython('init that imports', () => {
  let moto: Moto;
  let team: string;
  let accountIds: ReadonlyMap<string, string>;
  let groupIds: ReadonlyMap<string, string>;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: INSTANCE });
    ({ accountIds, groupIds } = await seedOrganization(moto, {
      accounts: [{ name: 'app', ou: 'Workloads' }],
      groups: [{ displayName: 'Developers' }],
    }));
    await moto.fillAccess({
      permissionSets: [{ Name: 'Look' }],
      assignments: [['GROUP', groupIds.get('Developers') ?? '', 'Look', accountIds.get('app') ?? '']],
    });
  });

  afterAll(async () => {
    await moto.stop();
  });

  beforeEach(() => {
    team = mkdtempSync(join(tmpdir(), 'team-'));
  });

  afterEach(() => {
    rmSync(team, { recursive: true });
  });

  async function init(
    env: Readonly<Record<string, string>>,
    ...more: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string }> {
    const args = [PROGRAM, 'init', 'acme', '--yes', '--start', 'import', '--against', 'local', ...more];
    const child = spawn(process.execPath, args, { cwd: team, env: { PATH: process.env['PATH'], HOME: team, ...env } });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode ?? -1, out: out + err };
  }

  /** Needs a reason, which only a person knows. */
  async function grantInManagementAccount(): Promise<void> {
    await moto.fillAccess({
      permissionSets: [{ Name: 'Administer' }],
      assignments: [['GROUP', groupIds.get('Developers') ?? '', 'Administer', moto.accountId]],
    });
  }

  const estateFile = (): string => join(team, 'estates/acme/estate.yaml');

  test('writes the repository, and the estate as AWS has it; where that fails, another run goes on', async () => {
    const failed = await init({});
    expect(failed.code).toBeGreaterThan(0);
    expect([existsSync(join(team, 'cdk.json')), existsSync(estateFile())]).toEqual([true, false]);

    const done = await init(moto.env);
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toContain('estates/acme/estate.yaml written: 1 permission sets, 1 assignments');
    expect(readFileSync(estateFile(), 'utf8')).toMatch(
      /^# yaml-language-server: .*\n\napiVersion: entra-aws-identity\/v1\n/,
    );
    const { access, findings } = planEstate(diskFolder(join(team, 'estates'), 'acme'));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(access?.expansion.assignments).toHaveLength(1);
  });

  test('with --tenant writes what Entra ID has as well', async () => {
    const graph = await EngineGraph.start();
    try {
      await makeByHand(graph.call);
      const { env, tenant } = graph.emulator;
      const done = await init({ ...moto.env, ...env }, '--tenant', tenant.id);
      expect(done).toMatchObject({ code: 0 });
      const { estate, access, findings } = planEstate(diskFolder(join(team, 'estates'), 'acme'));
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(access?.expansion.assignments).toHaveLength(1);
      expect(estate.workforce?.awsApplication?.saml.identifier).toBe(ISSUER);
      expect(existsSync(join(team, 'plan/acme/import/workforce.json'))).toBe(true);
    } finally {
      await graph.stop();
    }
  });

  test('says how to go on with a tenant that could not be read', async () => {
    const failed = await init(moto.env, '--tenant', 'the-tenant');
    expect(failed.code).toBeGreaterThan(0);
    expect(readFileSync(estateFile(), 'utf8')).toContain('access:');
    expect(failed.out).toMatch(
      /goes on with it: npx --no entra-aws import --from entra --estate acme --tenant the-tenant$/m,
    );
  });

  test('with --tenant goes on with it where access has errors, which a person is to decide', async () => {
    const graph = await EngineGraph.start();
    try {
      await makeByHand(graph.call);
      const { env, tenant } = graph.emulator;
      await grantInManagementAccount();
      const done = await init({ ...moto.env, ...env }, '--tenant', tenant.id);
      expect(done).toMatchObject({ code: 1 });
      const { estate } = planEstate(diskFolder(join(team, 'estates'), 'acme'));
      expect(estate.workforce?.awsApplication?.saml.identifier).toBe(ISSUER);
    } finally {
      await graph.stop();
    }
  });
});
