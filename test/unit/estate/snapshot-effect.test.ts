import { planEstate } from '../../../src/estate/plan/estate-plan';
import { effectOfSnapshot, givenByOlderSnapshot } from '../../../src/estate/plan/explanation/snapshot-effect';
import { ORGANIZATION_FILE, withTexts } from '../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { EstateFolder } from '../../../src/estate/source/estate-folder';
import type { AccountSpec, OrganizationSpec } from '../../support/estate-files';
import { MANAGEMENT, organizationText } from '../../support/estate-files';
import { folderOf, simpleEstate } from '../../support/preview/reports';
import { planFiles } from '../../support/sandbox';
import { emergencyPlanFiles } from '../../support/emergency';

const APP: AccountSpec = { id: '100000000001', name: 'app', ou: '/Workloads', tags: { stage: 'test', cost: '1' } };
const ORGANIZATION: OrganizationSpec = {
  ous: ['/Workloads', '/Sandbox'],
  accounts: [MANAGEMENT, APP],
  groups: ['Developers'],
};

/** Effect of another organization on an estate that grants what `include` says. */
function effectOf(change: Partial<OrganizationSpec>, include = '{ ou: /Workloads }'): readonly string[] {
  const folder = folderOf({ estate: simpleEstate({ include }), organization: ORGANIZATION });
  const now = withTexts(folder, { [ORGANIZATION_FILE]: organizationText({ ...ORGANIZATION, ...change }) });
  return effectOfSnapshot(planEstate(folder), planEstate(now));
}

const withApp = (change: Partial<AccountSpec>): Partial<OrganizationSpec> => {
  return { accounts: [MANAGEMENT, { ...APP, ...change }] };
};

test.each([
  ['nothing', {}, undefined],
  ['a name that no selector asks for', withApp({ name: 'shop' }), undefined],
  ['a tag that no selector asks for', withApp({ tags: { stage: 'test', cost: '2' } }), '{ tags: { stage: test } }'],
  [
    'an account that no grant reaches',
    { accounts: [MANAGEMENT, APP, { id: '100000000002', name: 'play', ou: '/Sandbox' }] },
    undefined,
  ],
  ['a group that the estate does not name', { groups: ['Developers', 'Others'] }, undefined],
] as const)('%s has no effect', (_, change, include) => {
  expect(effectOf(change, include)).toEqual([]);
});

test('a new account, a moved one and a changed tag are told by the access that they change', () => {
  const shop: AccountSpec = { id: '100000000002', name: 'shop', ou: '/Workloads' };
  expect(effectOf({ accounts: [MANAGEMENT, APP, shop] })).toEqual(["'Developers' gains Reader in 100000000002 'shop'"]);
  expect(effectOf(withApp({ ou: '/Sandbox' }))).toEqual(["'Developers' loses Reader in 100000000001 'app'"]);
  expect(effectOf(withApp({ tags: {} }), '{ tags: { stage: test } }')).toEqual([
    "'Developers' loses Reader in 100000000001 'app'",
  ]);
});

test('an account that is closed loses its access, and a group that was made again is another one', () => {
  expect(effectOf(withApp({ state: 'SUSPENDED' }))).toEqual(["'Developers' loses Reader in 100000000001 'app'"]);
  expect(effectOf({ groups: ['Others', 'Developers'] })).toEqual([
    "'Developers' gains Reader in 100000000001 'app'",
    "'Developers' loses Reader in 100000000001 'app'",
  ]);
  expect(effectOf({ groups: [] }).join()).toContain('neither a group of the workforce nor known to the Identity Store');
});

describe('a policy', () => {
  const document = "{ Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:ListBucket', Resource: '*' }] }";
  const policy = `  policies:\n    - { name: Boundary, document: ${document}, accounts: { include: [{ ou: /Sandbox }] } }`;
  const PLAY: AccountSpec = { id: '100000000002', name: 'play', ou: '/Sandbox' };
  const effect = (before: readonly AccountSpec[], after: readonly AccountSpec[]) => {
    const estate = simpleEstate({ include: '{ ou: /Workloads }' }).replace('access:', `access:\n${policy}`);
    const [old, now] = [before, after].map((accounts) => ({
      ...ORGANIZATION,
      accounts: [MANAGEMENT, APP, ...accounts],
    }));
    const folder = folderOf({ estate, organization: old ?? ORGANIZATION });
    const text = organizationText(now ?? ORGANIZATION);
    return effectOfSnapshot(planEstate(folder), planEstate(withTexts(folder, { [ORGANIZATION_FILE]: text })));
  };

  test('that comes to an account, or leaves it, is told, though no grant reaches the account', () => {
    expect(effect([], [PLAY])).toEqual(["policy 'Boundary' comes to 100000000002 'play'"]);
    expect(effect([PLAY], [])).toEqual(["policy 'Boundary' leaves 100000000002 'play'"]);
    expect(effect([PLAY], [{ ...PLAY, name: 'toys' }])).toEqual([]);
  });

  test('stays in an account that is suspended, where a stack set skips it', () => {
    expect(effect([PLAY], [{ ...PLAY, state: 'SUSPENDED' }])).toEqual([]);
  });
});

test('a selector that names what is gone is an error, also where no assignment changes', () => {
  expect(effectOf({ ous: ['/Workloads', '/Play'] }, '{ ou: /Workloads }')).toEqual([]);
  expect(effectOf({ ous: ['/Work'], accounts: [MANAGEMENT] }).join()).toContain('the estate has an error with it: ');
});

test('an estate without access has no effect to lose, and all of it to gain', () => {
  const none = planEstate(folderOf({ estate: 'workforce: { groups: [{ name: Developers }] }\n' }));
  expect(effectOfSnapshot(none, none)).toEqual([]);
  expect(givenByOlderSnapshot(none, none, none)).toEqual([]);
});

test('a group that is not synchronized yet is told apart, and so is a user', () => {
  const estate = 'workforce: { groups: [{ name: Newcomers }] }\n' + simpleEstate({ group: 'Newcomers' });
  const gained = (folder: EstateFolder, now: OrganizationSpec): readonly string[] =>
    effectOfSnapshot(planEstate(folder), planEstate(withTexts(folder, { [ORGANIZATION_FILE]: organizationText(now) })));
  const alone = { ...ORGANIZATION, accounts: [MANAGEMENT] };
  const pending = gained(folderOf({ estate, organization: alone }), ORGANIZATION);
  const groups = ['Newcomers'];
  const synchronized = gained(folderOf({ estate, organization: { ...alone, groups } }), { ...ORGANIZATION, groups });
  const [first = ''] = synchronized;
  expect(pending).toEqual([`${first}, as soon as it is synchronized`]);
  const toUser = estate.replace(
    'group: Newcomers',
    "user: Newcomers\n      reason: She looks into the incident.\n      until: '2026-12-31'",
  );
  const users = ['Newcomers'];
  expect(gained(folderOf({ estate: toUser, organization: { ...alone, users } }), { ...ORGANIZATION, users })).toEqual([
    `user ${first}`,
  ]);
});

test('another address of each account changes nothing, whatever the estate deploys there', () => {
  const files = emergencyPlanFiles();
  const plan = (host: string): EstatePlan =>
    planFiles({ ...files, [ORGANIZATION_FILE]: (files[ORGANIZATION_FILE] ?? '').replaceAll(/@[\w.-]+/g, `@${host}`) });
  const [before, after] = [plan('a.example'), plan('b.example')];
  expect(before.emergency).not.toEqual(after.emergency);
  expect(effectOfSnapshot(before, after)).toEqual([]);
});

test('another delegated administrator moves the stack, and no access', () => {
  const ACCOUNTS = [MANAGEMENT, APP, { id: '100000000002', name: 'tools', ou: '/Sandbox' }];
  const plan = (delegatedAdministrator: string): EstatePlan =>
    planEstate(
      folderOf({
        estate: simpleEstate({ include: '{ ou: /Workloads }' }).replace(
          'access:',
          'access:\n  deployFrom: delegated-admin',
        ),
        organization: { ...ORGANIZATION, accounts: ACCOUNTS, delegatedAdministrator },
      }),
    );
  const [before, after] = [plan(APP.id), plan('100000000002')];
  expect(effectOfSnapshot(before, after)).toHaveLength(1);
  expect(effectOfSnapshot(before, before)).toEqual([]);
});

describe('another instance of IAM Identity Center', () => {
  const plan = (text: string) =>
    planEstate(
      withTexts(folderOf({ estate: simpleEstate({ include: '{ ou: /Workloads }' }) }), { [ORGANIZATION_FILE]: text }),
    );
  const text = organizationText(ORGANIZATION);
  const [before, after] = [plan(text), plan(text.replace('ssoins-0123456789abcdef', 'ssoins-fedcba9876543210'))];

  test('changes what is deployed, though everyone keeps their access', () => {
    expect(effectOfSnapshot(before, after)).toHaveLength(1);
    expect(effectOfSnapshot(before, before)).toEqual([]);
  });

  test('stops a deployment to the older one, unless that is what is deployed', () => {
    const [deployed] = givenByOlderSnapshot(undefined, before, after).slice(-1);
    expect(effectOfSnapshot(before, after)).toEqual([deployed]);
    expect(givenByOlderSnapshot(after, before, after)).toEqual([deployed]);
    expect(givenByOlderSnapshot(before, before, after)).toEqual([]);
  });
});

describe('a deployment by an older snapshot', () => {
  const shop: AccountSpec = { id: '100000000002', name: 'shop', ou: '/Workloads' };
  const BOTH = '{ ou: /Workloads }\n          - { ou: /Sandbox }';
  const planOf = (include: string, organization: OrganizationSpec = ORGANIZATION) =>
    planEstate(folderOf({ estate: simpleEstate({ include }), organization }));
  /** Given by mistake, where one estate is deployed, another one is to be, and AWS has changed. */
  const given = (deployed: string | undefined, include: string, change: Partial<OrganizationSpec>): readonly string[] =>
    givenByOlderSnapshot(
      deployed === undefined ? undefined : planOf(deployed),
      planOf(include),
      planOf(include, { ...ORGANIZATION, ...change }),
    );

  test('takes away what it takes away, whatever AWS has: a new account, a moved one, a closed one', () => {
    for (const change of [
      { accounts: [MANAGEMENT, APP, shop] },
      withApp({ ou: '/Sandbox' }),
      withApp({ state: 'SUSPENDED' }),
      { groups: [] },
    ])
      expect(given(BOTH, '{ ou: /Workloads }', change)).toEqual([]);
  });

  test('is stopped where it gives access in an account that was moved since', () => {
    const lost = ["'Developers' gains Reader in 100000000001 'app'"];
    expect(given('{ ou: /Sandbox }', '{ ou: /Workloads }', withApp({ ou: '/Sandbox' }))).toEqual(lost);
    expect(given(undefined, '{ ou: /Workloads }', withApp({ state: 'SUSPENDED' }))).toEqual(lost);
  });

  test('is stopped by an application or a policy that only the older one gives, unless it is deployed', () => {
    const more = `access:
  policies:
    - name: Boundary
      document: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:ListBucket', Resource: '*' }] }
      accounts: { include: [{ ou: /Sandbox }] }
  applications:
    - { name: Charts, arn: 'arn:aws:sso::100000000000:application/ssoins-0123456789abcdef/apl-0000000000000001', groups: [Developers] }`;
    const estate = simpleEstate({ include: '{ ou: /Workloads }' });
    const play: AccountSpec = { id: '100000000003', name: 'play', ou: '/Sandbox' };
    const organization = { ...ORGANIZATION, accounts: [MANAGEMENT, APP, play] };
    const before = planEstate(folderOf({ estate: estate.replace('access:', more), organization }));
    const after = planEstate(folderOf({ estate, organization }));
    expect(givenByOlderSnapshot(after, before, after)).toEqual([
      "'Developers' gains the application Charts",
      "policy 'Boundary' comes to 100000000003 'play'",
    ]);
    expect(givenByOlderSnapshot(undefined, before, after)).toEqual(givenByOlderSnapshot(after, before, after));
    expect(givenByOlderSnapshot(before, before, after)).toEqual([]);
  });

  test('is not stopped by what it could give as well', () => {
    expect(given(undefined, '{ ou: /Workloads }', { accounts: [MANAGEMENT, APP, shop] })).toEqual([]);
  });
});
