import fc from 'fast-check';
import { boundOf, DEFAULT_LIMITS } from '../../../src/estate/sections/pipeline/change-limits';
import { massChangesOf, parsePreview } from '../../../src/deploy/pipeline/gate';
import { renderJson } from '../../../src/preview/render';
import { type AccountSpec, MANAGEMENT, type OrganizationSpec } from '../../support/estate-files';
import { type EstateVersion, reportOf, simpleEstate } from '../../support/preview/reports';

const ACCOUNTS: readonly AccountSpec[] = Array.from({ length: 40 }, (_, index) => ({
  id: String(100_000_000_001 + index),
  name: `app-${index}`,
  ou: '/Workloads',
  tags: { stage: 'production' },
}));

function organizationOf(accounts: readonly AccountSpec[]): OrganizationSpec {
  return { ous: ['/Workloads', '/Sandbox'], accounts: [MANAGEMENT, ...accounts], groups: ['Developers'] };
}

const PIPELINE = 'pipeline: { repository: example/identity, environments: [demo], limits: LIMITS }\n';
const limits = (text: string): string => PIPELINE.replace('LIMITS', text);

function versionOf({ accounts = ACCOUNTS, include = '{ ou: /Workloads }', set, pipeline = '' }: Parts): EstateVersion {
  return {
    estate: simpleEstate({ include, ...(set !== undefined && { set }) }) + pipeline,
    organization: organizationOf(accounts),
  };
}

interface Parts {
  readonly accounts?: readonly AccountSpec[];
  readonly include?: string;
  readonly set?: string;
  readonly pipeline?: string;
}

/** The first accounts as they are, the others changed. */
function changedFrom(index: number, change: Partial<AccountSpec>): readonly AccountSpec[] {
  return ACCOUNTS.map((account, position) => (position < index ? account : { ...account, ...change }));
}

function massChange(head: Parts, base: Parts = {}): readonly string[] {
  const report = reportOf(versionOf(head), versionOf(base));
  const found = report.findings.filter(({ code }) => code === 'mass-change').map(({ problem }) => problem);
  // The gate says the same as the finding.
  expect(massChangesOf(parsePreview(renderJson(report)))).toHaveLength(found.length);
  return found;
}

const ADMINISTRATOR = '{ name: Reader, description: Reads., managedPolicies: [AdministratorAccess] }';

test('an account that leaves the OU of a grant counts as access that is lost, a few of them as no mass change', () => {
  expect(massChange({ accounts: changedFrom(30, { ou: '/Sandbox' }) })).toEqual([]);
  expect(massChange({ accounts: changedFrom(29, { ou: '/Sandbox' }) })).toEqual([
    'the change is a large one: 11 assignments lost (28 % of 40); pipeline.limits.lost allows 10',
  ]);
});

test('so does a tag that is changed in AWS, and both ways', () => {
  const include = '{ tags: { stage: production } }';
  const untagged = changedFrom(15, { tags: {} });
  expect(massChange({ include, accounts: untagged }, { include })).toHaveLength(1);
  expect(massChange({ include }, { include, accounts: untagged })).toEqual([
    'the change is a large one: 25 assignments gained (167 % of 15); pipeline.limits.gained allows 10',
  ]);
});

test('a set that becomes an administrator moves all that have it, though nobody gains or loses an assignment', () => {
  expect(massChange({ set: ADMINISTRATOR })).toEqual([
    'the change is a large one: 40 assignments of administrators added (100 % of 40); pipeline.limits.administrators allows 10',
    'the change is a large one: 40 assignments that make an administrator, or open a way up to one (100 % of 40); pipeline.limits.waysUp allows 0',
  ]);
  expect(massChange({ set: ADMINISTRATOR }, { set: ADMINISTRATOR })).toEqual([]);
});

test('a new estate has no access of before to take a share of', () => {
  const nothing = versionOf({});
  const report = reportOf(nothing, { ...nothing, estate: 'access: { permissionSets: [], grants: [] }\n' });
  expect(report.changes?.extent).toEqual([
    { of: 'lost', assignments: 0, before: 0, bound: 100, isExceeded: false },
    { of: 'gained', assignments: 40, before: 0, bound: 500, isExceeded: false },
    { of: 'administrators', assignments: 0, before: 0, bound: 50, isExceeded: false },
    { of: 'waysUp', assignments: 0, before: 0, bound: 0, isExceeded: false },
  ]);
});

test('an estate says its own limits, and a change that widens them is judged by those of before', () => {
  const accounts = changedFrom(25, { ou: '/Sandbox' });
  const wide = limits('{ lost: { share: 50 } }');
  expect(massChange({ accounts, pipeline: wide }, { pipeline: wide })).toEqual([]);
  expect(massChange({ accounts, pipeline: wide }, { pipeline: limits('{}') })).toHaveLength(1);
  expect(massChange({ accounts, pipeline: limits('{ lost: { number: 3 } }') }, { pipeline: wide })).toHaveLength(1);
});

test('the smaller one of number and share counts, and a share never holds back ten', () => {
  const number = fc.nat(10_000);
  fc.assert(
    fc.property(number, fc.nat(1000), fc.integer({ min: 1, max: 1_000_000 }), (most, share, before) => {
      const bound = boundOf({ number: most, share }, before);
      expect(bound).toBeLessThanOrEqual(most);
      expect(bound).toBeGreaterThanOrEqual(Math.min(most, 10));
    }),
  );
  expect(boundOf(DEFAULT_LIMITS.lost, 300)).toBe(60);
  expect(boundOf(DEFAULT_LIMITS.lost, 100_000)).toBe(100);
});
