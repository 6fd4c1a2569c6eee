import { maximumAntichain } from '../../../support/antichain';
import { largeEstate } from '../../../support/large-estate';
import { edited, planFiles } from '../../../support/sandbox';
import type { Template } from '../../../support/templates';
import { PERMISSION_SET, resourcesOf, templatesOf } from '../../../support/templates';

const manySets = largeEstate({ accounts: 1, groups: 1, setsOfGroup: 300 });

function waitingOf(template: Template): ReadonlyMap<string, readonly string[]> {
  const sets = [...resourcesOf(template, PERMISSION_SET)];
  return new Map(sets.map(([id, { DependsOn }]) => [id, DependsOn ?? []]));
}

function parentOf(files: typeof manySets): Template {
  const found = [...templatesOf(planFiles(files)).values()].find(
    (template) => resourcesOf(template, PERMISSION_SET).size > 0,
  );
  return found ?? { Resources: {} };
}

test('at most ten of 300 permission sets are made at once: more than a hundred fail by throttling', () => {
  const waiting = waitingOf(parentOf(manySets));
  expect(waiting.size).toBe(300);
  expect(maximumAntichain(waiting)).toBe(10);
});

test('a permission set that goes changes what its successor waits for, and nothing else', () => {
  const full = waitingOf(parentOf(manySets));
  const less = waitingOf(
    parentOf(
      edited(manySets, ({ access }) => {
        access.permissionSets = access.permissionSets.filter(({ name }) => name !== 'Set150');
        for (const grant of access.grants) {
          grant.permissionSets = grant.permissionSets.filter((name) => name !== 'Set150');
        }
      }),
    ),
  );
  const [gone = ''] = [...full.keys()].filter((id) => !less.has(id));
  expect(gone).toMatch(/^PermissionSetsSet150/);
  const changed = [...less].filter(([id, ids]) => ids.join() !== full.get(id)?.join());
  expect(changed.map(([id]) => full.get(id))).toEqual(changed.map(() => [gone]));
  expect(changed.length).toBeLessThanOrEqual(1);
});

test('the template has a policy over its quota in the form that fits', () => {
  const covered = Array.from({ length: 400 }, (_, index) => `arn:aws:s3:::claims-archive-${index}`);
  const documented = (Resource: readonly string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: [...Resource, 'arn:aws:s3:::claims-archive-*'] }],
  });
  const files = edited(largeEstate({ accounts: 1, groups: 1, setsOfGroup: 2 }), ({ access }) => {
    access.permissionSets.forEach((set, index) => (set.inlinePolicy = documented(index === 0 ? covered : [])));
  });
  const policies = [...resourcesOf(parentOf(files), PERMISSION_SET).values()].map(
    ({ Properties }) => JSON.stringify(Properties['InlinePolicy']).length,
  );
  expect(Math.max(...policies)).toBeLessThan(200);
});
