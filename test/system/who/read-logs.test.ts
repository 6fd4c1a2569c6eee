import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { known } from '../../../src/clouds/reading';
import { parseOrganization, type Organization } from '../../../src/estate/source/organization';
import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { trustCertificateFile } from '../../../provider/trust';
import { answerOf, answerText, type Asked } from '../../../src/who/answer';
import { readLogs } from '../../../src/who/read-logs';
import { FakeCloudTrail, type TrailEvent } from '../doctor/cloud-trail';
import { addMember, DOMAIN } from '../doctor/deploy-workforce';
import { withEnvironment } from '../doctor/with-environment';
import { type Call, clientOf, idOf } from '../../support/apps/emulator/support/client';
import { create, group, user } from '../apps/emulator/support/use-emulator';
import { startMoto, type Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { principalId } from '../../support/ids';
import { startEmulator } from '../../support/start-emulator';

const ANN = `ann@${DOMAIN}`;
const WHEN = new Date('2026-06-01T09:00:00Z');
const NOW = new Date('2026-06-01T18:00:00Z');

describeWithPython('what the clouds tell of a person', () => {
  let moto: Moto;
  let trail: FakeCloudTrail;
  let emulator: GraphEmulator;
  let restore: () => void;
  let organization: Organization;
  let userId: string;
  let call: Call;
  let clock = new Date('2026-06-01T08:30:00Z');

  const plan = planFiles(sandboxFiles());
  const tenantId = plan.estate.workforce?.tenantId;
  const ask = async (changes: Partial<Parameters<typeof readLogs>[0]> = {}) =>
    readLogs({ user: ANN, when: WHEN, now: NOW, organization, tenantId, environment: emulator.env, ...changes });
  const answer = async (changes: Partial<Asked> = {}) =>
    answerOf(plan, { user: ANN, when: WHEN, commit: 'c'.repeat(40), given: undefined, logs: await ask(), ...changes });

  beforeAll(async () => {
    [moto, trail, emulator] = await Promise.all([
      startMoto(),
      FakeCloudTrail.start(),
      startEmulator({ now: () => clock, tenant: { id: tenantId ?? '', domain: DOMAIN, kind: 'AAD' } }, 'who'),
    ]);
    restore = withEnvironment({ ...moto.env, AWS_ENDPOINT_URL_CLOUDTRAIL: trail.url });
    trustCertificateFile(emulator.caFile);
    call = clientOf(emulator);
    const snapshot = parseOrganization(JSON.parse(sandboxFiles()[ORGANIZATION_FILE] ?? '')).organization;
    if (snapshot === undefined) throw new Error('the sandbox has no snapshot');
    const now = await provision(snapshot.identityStoreId, ['Security Admins']);
    organization = { ...snapshot, region: moto.region, groups: now };
    await changeGroups();
    trail.events = uses();
  });
  afterAll(async () => {
    restore();
    await Promise.all([moto.stop(), trail.stop(), emulator.stop()]);
  });

  /** Ann in AWS, in some groups. @returns those groups */
  async function provision(IdentityStoreId: string, names: readonly string[]): Promise<Organization['groups']> {
    const store = new IdentitystoreClient(moto.client);
    const Name = { GivenName: 'Ann', FamilyName: 'Lee' };
    const made = await store.send(new CreateUserCommand({ IdentityStoreId, UserName: ANN, DisplayName: 'Ann', Name }));
    userId = made.UserId ?? '';
    const groups: Organization['groups'][number][] = [];
    for (const displayName of names) {
      const { GroupId } = await store.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: displayName }));
      await store.send(
        new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: made.UserId ?? '' } }),
      );
      groups.push({ id: principalId((GroupId ?? '').toLowerCase()), displayName });
    }
    return groups;
  }

  /** Ann was an auditor before nine, and became an admin after it. */
  async function changeGroups(): Promise<void> {
    const ann = idOf(await create(call, '/v1.0/users', user('ann', { userPrincipalName: ANN })));
    const auditors = idOf(await create(call, '/v1.0/groups', group('Security Auditors')));
    const admins = idOf(await create(call, '/v1.0/groups', group('Security Admins')));
    await addMember(call, auditors, ann);
    clock = new Date('2026-06-01T09:10:00Z');
    await call(`DELETE /v1.0/groups/${auditors}/members/${ann}/$ref`);
    clock = new Date('2026-06-01T09:20:00Z');
    await addMember(call, admins, ann);
    clock = NOW;
  }

  function uses(): readonly TrailEvent[] {
    const use = ([name, at, role]: readonly [string, string, string], more: TrailEvent['record'] = {}): TrailEvent => ({
      name,
      by: '',
      at,
      record: {
        userIdentity: { type: 'IdentityCenterUser', onBehalfOf: { userId, identityStoreArn: 'arn' } },
        [name === 'Federate' ? 'serviceEventDetails' : 'requestParameters']: {
          role_name: role,
          account_id: '210000000001',
        },
        ...more,
      },
    });
    const somebody = { userIdentity: { type: 'IdentityCenterUser', onBehalfOf: { userId: 'another' } } };
    return [
      use(['Federate', '2026-06-01T12:00:00Z', 'Forgotten']),
      use(['GetRoleCredentials', '2026-06-01T08:00:00Z', 'BillingReader']),
      use(['Federate', '2026-06-01T08:30:00Z', 'Refused'], { errorCode: 'AccessDenied' }),
      use(['Federate', '2026-06-01T08:40:00Z', 'Another'], somebody),
      use(['Federate', '2026-05-30T08:00:00Z', 'TooEarly']),
    ];
  }

  test('the groups of then are those of now without what has changed since', async () => {
    const { groups, groupsOf, changes, sets, notRead } = await answer();
    expect({ groups, groupsOf, notRead }).toEqual({ groups: ['Security Auditors'], groupsOf: 'then', notRead: [] });
    expect(changes.map(({ group: name, isAdded, at }) => ({ name, isAdded, at }))).toEqual([
      { name: 'Security Admins', isAdded: true, at: '2026-06-01T09:20:00Z' },
      { name: 'Security Auditors', isAdded: false, at: '2026-06-01T09:10:00Z' },
    ]);
    expect(new Set(sets.map((set) => set.group))).toEqual(new Set(['Security Auditors']));
  });

  test('what the person used is told, and whether the groups had it', async () => {
    expect((await answer()).uses).toEqual([
      {
        permissionSet: 'BillingReader',
        account: '210000000001',
        at: '2026-06-01T08:00:00Z',
        way: 'credentials',
        isByEstate: true,
      },
      {
        permissionSet: 'Forgotten',
        account: '210000000001',
        at: '2026-06-01T12:00:00Z',
        way: 'console',
        isByEstate: false,
      },
    ]);
  });

  test('the text names groups, changes and uses', async () => {
    const lines = answerText(await answer({ deployment: known({ url: 'https://forge.example/7' }) })).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      expect.stringContaining(`${ANN} at 2026-06-01T09:00:00.000Z, by commit cccccccccccc, `),
      'Groups then: Security Auditors',
      expect.stringMatching(/^ {2}since then: came into Security Admins at 2026-06-01T09:20:00Z, by ./),
      expect.stringMatching(/^ {2}since then: left Security Auditors at 2026-06-01T09:10:00Z, by ./),
    ]);
    expect(lines).toContain(
      '  2026-06-01T12:00:00Z Forgotten in 210000000001 (console), which these groups did not have by the estate',
    );
  });

  test('a log that may not be read is named with the permission, and the groups are those of now', async () => {
    emulator.faults.add({ kind: 'forbidden', path: '/v1.0/auditLogs/directoryAudits', times: 1 });
    trail.isDenied = true;
    try {
      const { groups, groupsOf, uses: none, notRead } = await answer();
      expect({ groups, groupsOf, none }).toEqual({ groups: ['Security Admins'], groupsOf: 'now', none: [] });
      expect(notRead).toEqual([
        "Entra ID's audit log: not allowed; it takes AuditLog.Read.All, Directory.Read.All and User.Read.All",
        "CloudTrail's event history: not allowed; it takes cloudtrail:LookupEvents",
      ]);
    } finally {
      trail.isDenied = false;
    }
  });

  test('uses that may be missing, since there are more events than are read, are no silent gap', async () => {
    trail.isEndless = true;
    try {
      expect((await answer()).notRead).toEqual([
        "CloudTrail's event history: more events than are read; uses may be missing",
      ]);
    } finally {
      trail.isEndless = false;
    }
  });

  test('a moment that the logs no longer reach is answered by the groups of now, and says so', async () => {
    const when = new Date('2026-01-15T09:00:00Z');
    const { groupsOf, notRead } = await answer({ when, logs: await ask({ when }) });
    expect(groupsOf).toBe('now');
    expect(notRead).toEqual([
      "Entra ID's audit log: Entra ID keeps it for 30 days; ask bicep/queries/who-got-access.kql",
      "CloudTrail's event history: the event history goes back 90 days; ask bicep/queries/permission-set-use.sql",
    ]);
  });

  test('somebody whom AWS does not know has no answer unless groups are given', async () => {
    const logs = await ask({ user: 'nobody@example.com' });
    await expect(answer({ logs })).rejects.toThrow(/can't be read from AWS: .*nobody@example\.com[\s\S]*--group/);
    expect((await answer({ logs, given: ['Security Auditors'] })).groupsOf).toBe('given');
  });
});
