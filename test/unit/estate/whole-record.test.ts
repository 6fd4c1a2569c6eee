import fc from 'fast-check';
import { z } from 'zod';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { wholeRecord } from '../../../src/estate/source/located';
import type { AccountSpec } from '../../support/estate-files';
import { assigned, MANAGEMENT, organizationText, planOf, report, SMALL_ORGANIZATION } from '../../support/estate-files';

/** Keys that objects have by themselves, and the ones that AWS allows for tags. */
const OBJECTS_OWN = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const key = fc.oneof(fc.constantFrom(...OBJECTS_OWN), fc.stringMatching(/^[a-z_.:/=+@-]{1,12}$/));
const tags = fc
  .uniqueArray(fc.tuple(key, fc.stringMatching(/^[a-z ]{0,4}$/)), { maxLength: 6, selector: ([name]) => name })
  .map((pairs) => Object.fromEntries(pairs));

const texts = wholeRecord(z.string(), z.string());

const app = (own: AccountSpec['tags']): AccountSpec => ({ id: '100000000001', name: 'app', tags: own ?? {} });

function estateFor(selected: Readonly<Record<string, string>>): string {
  const grant = { group: 'Developers', permissionSets: ['Admin'], accounts: { include: [{ tags: selected }] } };
  return JSON.stringify({ access: { permissionSets: [{ name: 'Admin', tags: selected }], grants: [grant] } });
}

test('a record keeps each key and its value', () => {
  fc.assert(
    fc.property(tags, (written) => {
      const parsed = texts.parse(written);
      expect(Object.entries(parsed)).toEqual(expect.arrayContaining(Object.entries(written)));
      expect(Object.keys(parsed)).toHaveLength(Object.keys(written).length);
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    }),
  );
});

test('an account is reached by all of its tags, and by no value that it lacks', () => {
  let compared = 0;
  fc.assert(
    fc.property(tags, fc.nat(), (own, index) => {
      const keys = Object.keys(own);
      const other = keys[index % keys.length];
      if (other === undefined) return;
      compared += keys.length;
      const organization = { accounts: [MANAGEMENT, app(own)], groups: ['Developers'] };
      const plan = planOf(estateFor(own), organization);
      expect(assigned(plan)).toEqual(['Developers has Admin in app']);
      expect(plan.estate.access?.permissionSets[0]?.tags.map(({ key: name }) => name).toSorted()).toEqual(
        keys.toSorted(),
      );
      const elsewhere = Object.fromEntries(keys.map((name) => [name, name === other ? 'ELSE' : 'x']));
      expect(assigned(planOf(estateFor(elsewhere), organization))).toEqual([]);
      const less = Object.fromEntries(Object.entries(own).filter(([name]) => name !== other));
      expect(assigned(planOf(estateFor(own), { ...organization, accounts: [MANAGEMENT, app(less)] }))).toEqual([]);
    }),
  );
  expect(compared).toBeGreaterThan(100);
});

test('a value of the key is checked like others, by value and by key', () => {
  expect(texts.safeParse(JSON.parse('{"__proto__": 1}')).error?.issues).toEqual([
    expect.objectContaining({ code: 'invalid_type', path: ['__proto__'] }),
  ]);
  const numbers = wholeRecord(z.string().regex(/^\d$/), z.string());
  expect(numbers.safeParse(JSON.parse('{"__proto__": "x", "a": "y"}')).error?.issues).toEqual([
    expect.objectContaining({ code: 'invalid_key', path: ['a'] }),
    expect.objectContaining({ code: 'invalid_key', path: ['__proto__'] }),
  ]);
});

test('what is no mapping is refused as by a record of zod', () => {
  for (const value of [null, 'x', [], 1, undefined])
    expect(texts.safeParse(value).error?.issues).toEqual(
      z.record(z.string(), z.string()).safeParse(value).error?.issues,
    );
});

/** Findings without what is allowed. */
const briefly = (plan: EstatePlan): readonly string[] => report(plan).map((line) => line.replace(/ \(.*/, ''));

test('a key that the file does not have is a finding at its place, and hides no other', () => {
  const estate =
    '__proto__: 1\naccess:\n  permissionSets: [{ name: Admin, nmae: x, __proto__: { a: 1 } }]\n  grants: []\n  __proto__: 2\n';
  expect(briefly(planOf(estate))).toEqual([
    "error unknown-key estate.yaml:1:1 __proto__: unknown key '__proto__'",
    "error unknown-key estate.yaml:3:35 access.permissionSets[0].nmae: unknown key 'nmae'",
    "error unknown-key estate.yaml:3:44 access.permissionSets[0].__proto__: unknown key '__proto__'",
    "error unknown-key estate.yaml:5:3 access.__proto__: unknown key '__proto__'",
  ]);
});

test('of organization.json, such a tag is read, and what is wrong beside it is still found', () => {
  const text = organizationText({ ...SMALL_ORGANIZATION, accounts: [MANAGEMENT, app({})] })
    .replace('"tags": {}', '"tags": { "__proto__": "x", "constructor": 2 }')
    .replace('"groups"', '"__proto__": [],\n  "groups"');
  const plan = planOf('access: { permissionSets: [], grants: [] }', undefined, { 'organization.json': text });
  expect(briefly(plan)).toEqual([
    'error invalid-value organization.json:27:50 accounts[0].tags.constructor: 2 has the wrong type',
    "error unknown-key organization.json:38:3 __proto__: unknown key '__proto__'",
  ]);
});

const statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' };
const condition = { StringEquals: { ['__proto__']: 'a' } };

test.each([
  {
    of: 'of the document',
    document: { ['__proto__']: 1, Version: '2012-10-17', Statement: statement },
    finding: "__proto__: '__proto__' is not a valid key of a policy document",
  },
  {
    of: 'of a condition',
    document: { Version: '2012-10-17', Statement: { ...statement, Condition: condition } },
    finding: "Statement.Condition.StringEquals.__proto__: '__proto__' is not a valid key of a condition",
  },
])('the key $of of a policy is a finding, since the CDK would drop it', ({ document, finding }) => {
  const text = JSON.stringify(document);
  const of = (set: string): string => `access: { permissionSets: [{ name: Admin, ${set} }], grants: [] }`;
  const [inline, ...more] = briefly(planOf(of(`inlinePolicy: ${text}`)));
  expect(inline).toMatch(/^error inline-policy estate\.yaml:1:\d+ /);
  expect(inline?.endsWith(` access.permissionSets[0].inlinePolicy.${finding}`)).toBe(true);
  expect(more).toEqual([]);
  expect(briefly(planOf(of('inlinePolicyFile: p.json'), undefined, { 'p.json': text }))).toEqual([
    `error inline-policy estate.yaml:1:61 access.permissionSets[0].inlinePolicyFile: "p.json" ${finding}`,
  ]);
});
