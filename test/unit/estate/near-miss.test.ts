import type { Selector } from '../../../src/estate/sections/estate';
import { nearMiss } from '../../../src/estate/sections/access/plan/select';
import { parseOrganization } from '../../../src/estate/source/organization';
import { MANAGEMENT, organizationFile } from '../../support/estate-files';
import { accountId } from '../../support/ids';

const { organization } = parseOrganization(
  organizationFile({
    ous: ['/Work', '/Work/Prod', '/Work/Prod/EU', '/Work/Test', '/Play'],
    accounts: [
      MANAGEMENT,
      { id: '100000000001', name: 'Claims-prod', ou: '/Work/Prod', tags: { env: 'prod', team: 'claims' } },
    ],
  }),
);

function miss(selector: Selector): { readonly nearness: number; readonly text: string } {
  const account = organization?.accountById.get('100000000001');
  if (organization === undefined || account === undefined) throw new Error('the organization of this test is faulty');
  return nearMiss(selector, account, organization);
}

const at: readonly string[] = [];
const ou = (path: string, descendants = true): Selector => ({ kind: 'ou', at, ou: path, descendants });
const named = (name: string): Selector => ({ kind: 'name', at, name });
const tagged = (tags: Readonly<Record<string, string>>): Selector => ({
  kind: 'tags',
  at,
  tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
});

test.each<readonly [Selector, string]>([
  [ou('/Work', false), 'is in /Work/Prod, below /Work, and the selector excludes descendants'],
  [ou('/Work/Prod/EU'), 'is in /Work/Prod, above /Work/Prod/EU'],
  [ou('/Work/Test'), 'is in /Work/Prod, not in or below /Work/Test'],
  [ou('/Work/Pord'), 'is in /Work/Prod, and no OU is /Work/Pord; did you mean /Work/Prod?'],
  [ou('/Somewhere/else'), 'is in /Work/Prod, and no OU is /Somewhere/else'],
  [named('claims-*'), 'has the name Claims-prod, which differs in case, white space or the form of its letters'],
  [named('claims-PROD '), 'has the name Claims-prod, which differs in case, white space or the form of its letters'],
  [named('Claims-prod'), 'shares this name with other accounts, so only its id names it'],
  [named('Claims-test'), 'has the name Claims-prod'],
  [{ kind: 'id', at, id: accountId('100000000002') }, 'has the id 100000000001'],
  [tagged({ env: 'test' }), 'has the tag env=prod, not test'],
  [tagged({ cost: '1' }), 'has no tag cost'],
  [tagged({ env: 'test', cost: '1', team: 'claims' }), 'has the tag env=prod, not test and has no tag cost'],
])('of %j it says what is in the way', (selector, text) => {
  expect(miss(selector).text).toBe(text);
});

test.each<readonly [string, readonly Selector[]]>([
  ['OUs by the way they share', [ou('/Work', false), ou('/Work/Prod/EU'), ou('/Work/Test'), ou('/Play')]],
  ['names by their likeness', [named('claims-prod'), named('Claims-*d2'), named('portal-*')]],
  [
    'tags by how many match, then by how many are there',
    [tagged({ env: 'prod', team: 'x' }), tagged({ env: 'x' }), tagged({ cost: '1' })],
  ],
])('ranks %s', (_, selectors) => {
  const nearness = selectors.map((selector) => miss(selector).nearness);
  expect(nearness).toEqual(nearness.toSorted((a, b) => b - a));
  expect(new Set(nearness).size).toBe(selectors.length);
  expect(nearness.every((value) => value >= 0 && value < 1)).toBe(true);
});

test('what shares nothing but the root has nothing in common', () => {
  expect(miss(ou('/Play')).nearness).toBe(0);
});
