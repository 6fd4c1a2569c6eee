import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { formatPlacement } from '../../../../src/estate/sections/access/placement/placement-file';
import { MANAGEMENT, organizationText, planOf, principalId, codesAndPlaces } from '../../../support/estate-files';
import { assignmentKeyFor } from '../../../support/ids';

function setsAndGrants(sets: number, grantedSets: number, attributes = ''): string {
  const names = Array.from({ length: sets }, (_, index) => `S${index}`);
  const list = names.map((name) => `    - { name: ${name} }\n`).join('');
  const granted = names.slice(0, grantedSets).join(', ');
  return `access:\n${attributes}  permissionSets:\n${list}  grants:\n    - { group: Developers, permissionSets: [${granted}], accounts: { include: [{ all: true }] } }\n`;
}

const codesOf = (plan: EstatePlan): readonly string[] => plan.findings.map((finding) => finding.code);

test('an account holds 500 permission sets, and not one more', () => {
  expect(codesOf(planOf(setsAndGrants(500, 500)))).toEqual(['stack-capacity']);
  expect(codesAndPlaces(planOf(setsAndGrants(501, 501)))).toEqual([
    'error account-quota estate.yaml:3:5 access.permissionSets',
    'error stack-capacity estate.yaml:3:5 access.permissionSets',
  ]);
});

test('a stack holds 500 permission sets, shards and attributes', () => {
  const attributes = "  attributes: [{ key: a, source: '${path:title}' }]\n";
  expect(codesOf(planOf(setsAndGrants(499, 1)))).toEqual([]);
  expect(codesAndPlaces(planOf(setsAndGrants(499, 1, attributes)))).toEqual([
    'error stack-capacity estate.yaml:4:5 access.permissionSets',
  ]);
});

test('an instance holds 3,500 permission sets', () => {
  expect(codesOf(planOf(setsAndGrants(3500, 1)))).toEqual(['stack-capacity']);
  expect(codesAndPlaces(planOf(setsAndGrants(3501, 1)))[0]).toBe(
    'error instance-quota estate.yaml:3:5 access.permissionSets',
  );
});

function planWithLock(assignments: number, sets: number): EstatePlan {
  const accounts = Array.from({ length: assignments }, (_, index) => ({
    id: String(100_000_000_001 + index),
    name: `a${index}`,
  }));
  const names = Array.from({ length: sets }, (_, index) => `S${index}`);
  const grants = names.map(
    (name, index) =>
      `    - { group: Developers, permissionSets: [${name}], accounts: { include: [{ id: '${accounts[index % assignments]?.id ?? ''}' }] } }\n`,
  );
  const all = `    - { group: Developers, permissionSets: [S0], accounts: { include: [{ all: true }] } }\n`;
  const estate = `access:\n  permissionSets:\n${names.map((name) => `    - { name: ${name} }\n`).join('')}  grants:\n${all}${grants.slice(1).join('')}`;
  const keys = [
    ...accounts.map(({ id }) => `${id}/S0/${principalId(0)}`),
    ...names
      .slice(1)
      .map((name, index) => `${accounts[(index + 1) % assignments]?.id ?? ''}/${name}/${principalId(0)}`),
  ];
  const lock = formatPlacement({
    access: new Map(keys.map((key) => [assignmentKeyFor(key), { shard: 1, lane: 1 }])),
    management: new Map(),
  });
  const organization = { accounts: [MANAGEMENT, ...accounts], groups: ['Developers'] };
  return planOf(estate, organization, {
    'organization.json': organizationText(organization),
    'placement.lock.json': lock,
  });
}

test('a lock file that puts more than 500 assignments into a shard is an error', () => {
  expect(codesOf(planWithLock(500, 1))).toEqual([]);
  expect(codesAndPlaces(planWithLock(501, 1))).toEqual(['error shard-capacity placement.lock.json:4:15 stacks.access']);
});

test('a lock file that puts more than 200 permission sets into a shard is an error', () => {
  expect(codesOf(planWithLock(10, 200))).toEqual([]);
  expect(codesAndPlaces(planWithLock(10, 201))).toEqual([
    'error shard-capacity placement.lock.json:4:15 stacks.access',
  ]);
});
