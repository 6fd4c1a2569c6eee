import { diffSnapshots, formatChange } from '../../../../src/clouds/aws/organization/snapshot-diff';
import { onlyAdds, proposeSnapshot } from '../../../../src/deploy/pipeline/snapshot-proposal';
import { OrganizationFile } from '../../../../src/estate/source/organization';
import type { AccountSpec, OrganizationSpec } from '../../../support/estate-files';
import { MANAGEMENT, organizationText } from '../../../support/estate-files';
import { reportOf, simpleEstate } from '../../../support/preview/reports';

const APP: AccountSpec = { id: '100000000001', name: 'app', ou: '/Workloads' };
const SHOP: AccountSpec = { id: '100000000002', name: 'shop', ou: '/Workloads' };
const PLAY: AccountSpec = { id: '100000000003', name: 'play', ou: '/Sandbox' };

const organizationOf = (...accounts: readonly AccountSpec[]): OrganizationSpec => {
  return { ous: ['/Workloads', '/Sandbox'], accounts: [MANAGEMENT, ...accounts], groups: ['Developers'] };
};

interface Change {
  readonly now: readonly AccountSpec[];
  readonly before?: readonly AccountSpec[];
  readonly mergesAdditions?: boolean;
  readonly characters?: number;
  /** Selector of the accounts that a policy comes to. @default there is no policy */
  readonly policy?: string;
  readonly changesPolicies?: boolean;
}

const parsed = (spec: OrganizationSpec): OrganizationFile => OrganizationFile.parse(JSON.parse(organizationText(spec)));

const estateWith = (policy: string | undefined): string => {
  const simple = simpleEstate({ include: '{ ou: /Workloads }' });
  if (policy === undefined) return simple;
  const document = "{ Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:ListBucket', Resource: '*' }] }";
  const rolled = `    - { name: Boundary, document: ${document}, accounts: { include: [${policy}] } }`;
  return simple.replace('access:', `access:\n  policies:\n${rolled}`);
};

function proposed({
  now,
  before = [APP],
  mergesAdditions = true,
  characters = 65_000,
  policy,
  changesPolicies = false,
}: Change) {
  const estate = estateWith(policy);
  const [old, next] = [organizationOf(...before), organizationOf(...now)];
  const report = reportOf({ estate, organization: next }, { estate, organization: old });
  const changes = diffSnapshots(parsed(old), parsed(next));
  const files = [{ path: 'estates/demo/organization.json', text: organizationText(next), isNew: false }];
  const newAccounts = changes.flatMap((change) =>
    change.thing === 'account' && change.kind === 'added'
      ? [{ id: change.id, name: change.name, where: change.where ?? 'nowhere' }]
      : [],
  );
  const differences = changes.map(formatChange);
  const facts = {
    estate: 'demo',
    commit: 'a'.repeat(40),
    differences,
    newAccounts,
    report,
    files,
    mergesAdditions,
    changesPolicies,
  };
  return proposeSnapshot(facts, { runUrl: 'https://forge.example/runs/42', characters });
}

test('a proposal says of each new account which groups gain what there, and of one that no grant reaches that', () => {
  const { title, body, branch, marker } = proposed({ now: [APP, SHOP, PLAY], mergesAdditions: false });
  expect(title).toBe('2 new accounts in demo');
  expect(branch).toMatch(/^entra-aws\/organization-demo-[0-9a-f]{10}$/);
  expect(body.startsWith(marker)).toBe(true);
  expect(body).toContain(
    '- <code>shop</code> (100000000002) in <code>/Workloads</code>: <code>Developers</code> gain <code>Reader</code>\n',
  );
  expect(body).toContain('- <code>play</code> (100000000003) in <code>/Sandbox</code>: no grant reaches it\n');
  expect(body).toContain('Nothing merges it by itself.');
  expect(body.indexOf('### New accounts')).toBeLessThan(body.indexOf('### Who gains access'));
  expect(body.indexOf('### Who gains access')).toBeLessThan(body.indexOf('### Differences'));
});

test('the same content has the same branch, another one another', () => {
  expect(proposed({ now: [APP, SHOP] }).branch).toBe(proposed({ now: [APP, SHOP] }).branch);
  expect(proposed({ now: [APP, SHOP] }).branch).not.toBe(proposed({ now: [APP, SHOP, PLAY] }).branch);
});

test('is never longer than the forge takes', () => {
  const many = Array.from({ length: 400 }, (_, index) => ({
    ...SHOP,
    id: String(200_000_000_000 + index),
    name: `a${index}`,
  }));
  for (const characters of [1_500, 3_900, 20_000]) {
    const { body } = proposed({ now: [APP, ...many], characters });
    expect(body.length).toBeLessThanOrEqual(characters);
    expect(body).toContain(' more\n');
  }
});

test('a name of other people stays a name', () => {
  const { body } = proposed({ now: [APP, { ...SHOP, name: '</code> @acme/owners #1 ![x](https://evil.example)' }] });
  expect(body).not.toMatch(/@acme|!\[x\]|<\/code> @/);
});

test.each<readonly [string, Change, boolean]>([
  ['a new account that a grant reaches', { now: [APP, SHOP] }, true],
  ['that and a changed e-mail address', { now: [{ ...APP, name: 'app2' }, SHOP] }, true],
  ['a new account that no grant reaches', { now: [APP, PLAY] }, false],
  [
    'an account that moves into the reach of a grant',
    { before: [APP, { ...PLAY }], now: [APP, { ...PLAY, ou: '/Workloads' }] },
    false,
  ],
  ['a new account beside one that leaves', { now: [SHOP] }, false],
  ['a new account with a policy', { now: [APP, SHOP], policy: '{ ou: /Workloads }' }, true],
  [
    'a new account beside an older one that a policy comes to',
    {
      before: [APP, PLAY],
      now: [APP, SHOP, { ...PLAY, tags: { bound: 'yes' } }],
      policy: '{ tags: { bound: "yes" } }',
    },
    false,
  ],
  [
    'a new account beside an older one that a policy leaves',
    {
      before: [APP, { ...PLAY, tags: { bound: 'yes' } }],
      now: [APP, SHOP, PLAY],
      policy: '{ tags: { bound: "yes" } }',
    },
    false,
  ],
  ['a new account beside one that is suspended', { now: [{ ...APP, state: 'SUSPENDED' }, SHOP] }, false],
])('%s: merges by itself %s', (_, change, expected) => {
  expect(proposed(change).mergesItself).toBe(expected);
  expect(proposed({ ...change, mergesAdditions: false }).mergesItself).toBe(false);
});

test('more new access than the limits allow is left to people', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    ...SHOP,
    id: String(200_000_000_000 + index),
    name: `a${index}`,
  }));
  expect(proposed({ now: [APP, ...many.slice(0, 10)] }).mergesItself).toBe(true);
  expect(proposed({ now: [APP, ...many] }).mergesItself).toBe(false);
});

test('an estate that has an error with the newer snapshot is left to people', () => {
  const estate = simpleEstate({ include: '{ name: shop }' });
  const report = reportOf(
    { estate, organization: organizationOf(APP, SHOP, { ...SHOP, id: '100000000009' }) },
    { estate, organization: organizationOf(APP, SHOP) },
  );
  expect(report.findings.map(({ code }) => code)).toContain('ambiguous-account-name');
  expect(onlyAdds(report, [])).toBe(false);
});

test('what changes documents in AWS too never merges by itself', () => {
  expect(proposed({ now: [APP, SHOP] }).mergesItself).toBe(true);
  expect(proposed({ now: [APP, SHOP], changesPolicies: true }).mergesItself).toBe(false);
});
