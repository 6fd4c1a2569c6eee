import fc from 'fast-check';
import { compactSelection, ouForest } from '../../../src/import/compact';
import type { Organization } from '../../../src/estate/source/organization';
import type { SelectionEntry, SelectorEntry } from '../../../src/estate/sections/access/grant-schema';
import { organizationOf } from '../../support/deployed-access';
import type { AccountSpec } from '../../support/estate-files';
import { MANAGEMENT, organizationFile } from '../../support/estate-files';
import { accountId } from '../../support/ids';

const account = (number: number, ou: string, more: Partial<AccountSpec> = {}): AccountSpec => ({
  id: String(number).padStart(12, '0'),
  name: `account ${number}`,
  ou,
  ...more,
});

const OUS = ['/Workloads', '/Workloads/Prod', '/Workloads/Dev', '/Sandbox', '/Security'];
const ACCOUNTS = [
  ...[1, 2, 3].map((number) => account(number, '/Workloads/Prod')),
  ...[4, 5, 6, 7].map((number) => account(number, '/Workloads/Dev')),
  account(8, '/Sandbox'),
  account(9, '/'),
  ...[10, 11].map((number) => account(number, '/Security')),
];

const organization = organizationOf(organizationFile({ ous: OUS, accounts: [MANAGEMENT, ...ACCOUNTS] }));
const id = (number: number): string => String(number).padStart(12, '0');
const byId = (...numbers: readonly number[]): readonly SelectorEntry[] => numbers.map((number) => ({ id: id(number) }));
const select = (numbers: readonly number[], of: Organization = organization): SelectionEntry =>
  compactSelection(ouForest(of), new Set(numbers.map(id)));

test.each<[string, readonly number[], SelectionEntry]>([
  ['every account', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { include: [{ all: true }] }],
  ['all of an OU', [1, 2, 3], { include: [{ ou: '/Workloads/Prod' }] }],
  ['all of an OU with nested ones', [1, 2, 3, 4, 5, 6, 7], { include: [{ ou: '/Workloads' }] }],
  ['an OU but for one account', [4, 5, 6], { include: [{ ou: '/Workloads/Dev' }], exclude: [...byId(7)] }],
  ['a few accounts', [1, 4], { include: [...byId(4, 1)] }],
  ['the only account of an OU, by its id', [8], { include: [...byId(8)] }],
  [
    'all but an OU with one account, by the OU, so that what comes there later stays out',
    [1, 2, 3, 4, 5, 6, 7, 9, 10, 11],
    { include: [{ all: true }], exclude: [{ ou: '/Sandbox' }] },
  ],
  ['two OUs and an account', [1, 2, 3, 8], { include: [...byId(8), { ou: '/Workloads/Prod' }] }],
])('names %s', (_, numbers, selection) => {
  expect(select(numbers)).toEqual(selection);
});

test('names the accounts directly in an OU without those below it', () => {
  const accounts = [MANAGEMENT, account(1, '/A'), account(2, '/A'), account(3, '/A/B'), account(4, '/A/B')];
  const nested = organizationOf(organizationFile({ ous: ['/A', '/A/B'], accounts }));
  expect(select([1, 2], nested)).toEqual({ include: [{ ou: '/A', descendants: false }] });
});

test('takes no notice of accounts that can not be assigned', () => {
  const accounts = [MANAGEMENT, account(1, '/A'), account(2, '/A'), account(3, '/A', { state: 'SUSPENDED' })];
  const suspended = organizationOf(organizationFile({ ous: ['/A'], accounts: [...accounts, account(4, '/')] }));
  expect(select([1, 2], suspended)).toEqual({ include: [{ ou: '/A' }] });
});

test('names an OU by its id where two have its path', () => {
  const file = organizationFile({
    ous: ['/A', '/A/B'],
    accounts: [MANAGEMENT, account(1, '/A/B'), account(2, '/A/B')],
  });
  const slashed = { id: 'ou-root-99999999', name: 'A/B', parentId: 'r-root' };
  const ambiguous = organizationOf({
    ...file,
    organizationalUnits: [...file.organizationalUnits, slashed],
    accounts: [...file.accounts, ...[3, 4].map((number) => ({ ...accountEntry(number), parentId: slashed.id }))],
  });
  expect(select([1, 2], ambiguous)).toEqual({ include: [{ ou: 'ou-root-00000002' }] });
});

function accountEntry(number: number) {
  return { id: accountId(id(number)), name: `account ${number}`, email: '', state: 'ACTIVE' as const, tags: {} };
}

/** What a selector names, as slowly as it is read. */
function namesOf(selector: SelectorEntry, accounts: readonly AccountSpec[]): ReadonlySet<string> {
  const named = accounts.filter(({ id: own, ou = '/' }) => {
    if (selector.all === true) return true;
    if (selector.id !== undefined) return own === selector.id;
    const isBelow = ou === selector.ou || selector.ou === '/' || ou.startsWith(`${selector.ou ?? ''}/`);
    return selector.descendants === false ? ou === selector.ou : isBelow;
  });
  return new Set(named.map((one) => one.id));
}

function selected({ include, exclude = [] }: SelectionEntry, accounts: readonly AccountSpec[]): ReadonlySet<string> {
  const [inside, outside] = [include, exclude].map(
    (selectors) => new Set(selectors.flatMap((selector) => [...namesOf(selector, accounts)])),
  );
  return new Set([...(inside ?? [])].filter((own) => outside?.has(own) !== true));
}

/** Small enough to try every selection of two selectors that include and two that exclude. */
const SMALL_OUS = ['/A', '/A/B', '/C'];
const small = fc
  .tuple(
    fc.array(fc.constantFrom('/', ...SMALL_OUS), { minLength: 1, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .map(([places, chosen]) => {
    const accounts = places.map((ou, index) => account(index + 1, ou));
    return { accounts, wanted: accounts.filter((_, index) => chosen[index]).map((one) => one.id) };
  });

/** Sets of accounts are bits here: there are sixty thousand selections to try. */
function shortestUpTo4(accounts: readonly AccountSpec[], wanted: ReadonlySet<string>): number {
  const bitsOf = (ids: ReadonlySet<string>): number =>
    accounts.reduce((bits, one, index) => (ids.has(one.id) ? bits | (1 << index) : bits), 0);
  const selectors: readonly SelectorEntry[] = [
    { all: true },
    ...['/', ...SMALL_OUS].flatMap((ou) => [{ ou }, { ou, descendants: false }]),
    ...accounts.map((one) => ({ id: one.id })),
  ];
  const ones = selectors.map((one) => ({ size: 1, bits: bitsOf(namesOf(one, accounts)) }));
  const twos = ones.flatMap((a) => ones.map((b) => ({ size: 2, bits: a.bits | b.bits })));
  const choices = [{ size: 0, bits: 0 }, ...ones, ...twos];
  const target = bitsOf(wanted);
  let shortest = Infinity;
  for (const include of choices)
    for (const exclude of choices)
      if ((include.bits & ~exclude.bits) === target) shortest = Math.min(shortest, include.size + exclude.size);
  return shortest;
}

test('no selection by OU and id is shorter', () => {
  let compared = 0;
  fc.assert(
    fc.property(small, ({ accounts, wanted }) => {
      fc.pre(wanted.length > 0);
      const of = organizationOf(organizationFile({ ous: SMALL_OUS, accounts: [MANAGEMENT, ...accounts] }));
      const selection = compactSelection(ouForest(of), new Set(wanted));
      expect(selected(selection, accounts)).toEqual(new Set(wanted));
      expect(selection.include.length + (selection.exclude?.length ?? 0)).toBeLessThanOrEqual(
        shortestUpTo4(accounts, new Set(wanted)),
      );
      compared++;
    }),
    { numRuns: 100 },
  );
  expect(compared).toBeGreaterThanOrEqual(100);
});
