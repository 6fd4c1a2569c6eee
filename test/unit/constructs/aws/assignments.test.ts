import { App, Stack } from 'aws-cdk-lib';
import type { EstateFiles } from '../../../support/large-estate';
import { largeEstate } from '../../../support/large-estate';
import { type AdoptedSets, Assignments, AssignmentShard } from '../../../../constructs/aws/access/assignments';
import { PermissionSets } from '../../../../constructs/aws/access/permission-sets';
import type { Shard } from '../../../../src/estate/sections/access/plan/access-plan';
import type { PermissionSet } from '../../../../src/estate/sections/estate';
import type { Account } from '../../../../src/estate/source/organization';
import { maximumAntichain } from '../../../support/antichain';
import type { EstateDraft } from '../../../support/sandbox';
import { edited, itemOf, planFiles } from '../../../support/sandbox';
import type { Resource, Template } from '../../../support/templates';
import { ASSIGNMENT, resourcesOf, shardTemplates, templatesOf, temporaryFolder } from '../../../support/templates';
import { accountId, assignmentKeyFor, principalId } from '../../../support/ids';

/** Account assignments that IAM Identity Center works on at once. */
const IN_FLIGHT = 10;
/** Quotas of CloudFormation. */
const MAX_RESOURCES = 500;
const MAX_PARAMETERS = 200;
const outdir = temporaryFolder();
const PRINCIPAL = principalId('aaaaaaaa-0000-4000-8000-000000000000');

/** One shard of 200 assignments: 20 accounts, 10 groups, one set. */
const oneShard = largeEstate({ accounts: 20, groups: 10, setsOfGroup: 1 });
/** 460 assignments: ten more than a shard takes. */
const twoShards = largeEstate({ accounts: 46, groups: 10, setsOfGroup: 1 });

function shardsOf(files: EstateFiles): readonly Template[] {
  return [...shardTemplates(planFiles(files)).values()];
}

function dependenciesOf(template: Template): ReadonlyMap<string, readonly string[]> {
  const assignments = [...resourcesOf(template, ASSIGNMENT)];
  return new Map(assignments.map(([id, { DependsOn }]) => [id, DependsOn ?? []]));
}

function excludeAccount({ access }: EstateDraft, group: string, id: string): void {
  itemOf(access.grants, (grant) => grant.group === group).accounts.exclude = [{ id }];
}

describe('at most ten assignments are in flight', () => {
  test.each([
    ['200 assignments', oneShard],
    ['each shard of 460 assignments', twoShards],
    ['250 assignments of as many sets', largeEstate({ accounts: 1, groups: 1, setsOfGroup: 250 })],
  ])('of %s', (_what, files) => {
    for (const template of shardsOf(files)) {
      expect(maximumAntichain(dependenciesOf(template))).toBeLessThanOrEqual(IN_FLIGHT);
    }
  });

  test('and as many as ten, where there are so many', () => {
    const [template] = shardsOf(oneShard);
    expect(template && maximumAntichain(dependenciesOf(template))).toBe(IN_FLIGHT);
  });

  test('since each waits for one other at most, and no two wait for the same', () => {
    for (const template of shardsOf(twoShards)) {
      const waitsFor = [...dependenciesOf(template).values()];
      expect(waitsFor.filter((ids) => ids.length > 1)).toEqual([]);
      expect(new Set(waitsFor.flat()).size).toBe(waitsFor.flat().length);
    }
  });

  test('across shards too: each shard waits for the one before', () => {
    const templates = [...templatesOf(planFiles(twoShards)).values()];
    const shards = templates.flatMap((template) => [...resourcesOf(template, 'AWS::CloudFormation::Stack')]);
    const [first, second] = shards.map(([id]) => id);
    expect(shards.map(([, { DependsOn }]) => DependsOn)).toEqual([undefined, [first]]);
    expect(first).toMatch(/^AssignmentsShard1/);
    expect(second).toMatch(/^AssignmentsShard2/);
  });

  test('and never two of one account, in no shard', () => {
    for (const template of [...shardsOf(oneShard), ...shardsOf(twoShards)]) {
      const ofAccount = Map.groupBy(resourcesOf(template, ASSIGNMENT), ([, { Properties }]) => Properties['TargetId']);
      const heads = [...dependenciesOf(template)].filter(([, ids]) => ids.length === 0).map(([id]) => id);
      const laneOf = new Map(heads.flatMap((head) => laneFrom(template, head).map((id) => [id, head] as const)));
      for (const assignments of ofAccount.values()) {
        expect(new Set(assignments.map(([id]) => laneOf.get(id))).size).toBe(1);
      }
    }
  });
});

/** Assignments that wait for one, directly or not, and that one. */
function laneFrom(template: Template, head: string): readonly string[] {
  const next = new Map(
    [...dependenciesOf(template)].flatMap(([id, ids]) => ids.map((before) => [before, id] as const)),
  );
  const lane: string[] = [];
  for (let id: string | undefined = head; id !== undefined; id = next.get(id)) lane.push(id);
  return lane;
}

/** Resources that differ, by their logical ids: what is gone, what is new, and both states of what changed. */
function difference(before: Template, after: Template) {
  const was = resourcesOf(before, ASSIGNMENT);
  const is = resourcesOf(after, ASSIGNMENT);
  const both = [...was.keys()].filter((id) => is.has(id));
  return {
    gone: [...was.keys()].filter((id) => !is.has(id)),
    added: [...is.keys()].filter((id) => !was.has(id)),
    changed: both
      .filter((id) => JSON.stringify(was.get(id)) !== JSON.stringify(is.get(id)))
      .map((id) => ({ id, was: was.get(id), is: is.get(id) })),
    elsewhere: withoutResources(before) === withoutResources(after) ? 'the same' : 'changed',
  };
}

function withoutResources({ Resources, ...rest }: Template): string {
  const others = Object.entries(Resources).filter(([, { Type }]) => Type !== ASSIGNMENT);
  return JSON.stringify({ ...rest, others });
}

function waitsFor(template: Template, id: string | undefined): readonly string[] {
  return template.Resources[id ?? '']?.DependsOn ?? [];
}

/** The resource, waiting for these instead. */
function waitingFor(dependsOn: readonly string[], resource: Resource | undefined): object {
  return { ...resource, DependsOn: dependsOn.length === 0 ? undefined : dependsOn };
}

describe('an assignment that goes or comes', () => {
  const [full = { Resources: {} }] = shardsOf(oneShard);

  test.each([
    ['Group 0', '100000000001'],
    ['Group 4', '100000000007'],
    ['Group 9', '100000000020'],
    ['Group 3', '100000000019'],
  ])('changes what its successor waits for, and nothing else (%s in %s)', (group, account) => {
    const [less = { Resources: {} }] = shardsOf(
      edited(oneShard, (draft) => {
        excludeAccount(draft, group, account);
      }),
    );
    const { gone, added, changed, elsewhere } = difference(full, less);
    expect(gone).toHaveLength(1);
    expect(added).toEqual([]);
    expect(elsewhere).toBe('the same');
    const successors = [...dependenciesOf(full)].filter(([, ids]) => ids.includes(gone[0] ?? '')).map(([id]) => id);
    expect(changed.map(({ id }) => id)).toEqual(successors);
    for (const { was, is } of changed) expect(is).toEqual(waitingFor(waitsFor(full, gone[0]), was));

    const comes = difference(less, full);
    expect(comes).toEqual({
      gone: [],
      added: gone,
      changed: changed.map(({ id, was, is }) => ({ id, was: is, is: was })),
      elsewhere: 'the same',
    });
  });

  test('of the first shard leaves the second as it is, byte by byte', () => {
    const less = edited(twoShards, (draft) => {
      excludeAccount(draft, 'Group 4', '100000000007');
    });
    const [before, after] = [shardsOf(twoShards), shardsOf(less)];
    expect(difference(before[0] ?? { Resources: {} }, after[0] ?? { Resources: {} }).gone).toHaveLength(1);
    expect(JSON.stringify(after[1])).toBe(JSON.stringify(before[1]));
  });
});

describe('a shard', () => {
  test('takes at most 450 assignments, 45 in a lane, and the next one takes the others', () => {
    const sizes = shardsOf(twoShards).map((template) => resourcesOf(template, ASSIGNMENT).size);
    // Forty accounts of ten in the first shard, and of six more the five that still fit into their lane.
    expect(sizes).toEqual([430, 30]);
  });

  test.each([
    ['2,000 assignments', { accounts: 100, groups: 10, setsOfGroup: 2 }],
    ['600 assignments of 300 sets', { accounts: 2, groups: 1, setsOfGroup: 300 }],
  ])('stays within the limits of CloudFormation: %s', (_what, size) => {
    const shards = shardsOf(largeEstate(size));
    expect(shards.length).toBeGreaterThan(1);
    for (const template of shards) {
      expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(MAX_RESOURCES);
      expect(Object.keys(template.Parameters ?? {}).length).toBeLessThanOrEqual(MAX_PARAMETERS);
    }
  });

  test('has a parameter for each set that it assigns, and for no other', () => {
    const [template = { Resources: {} }] = shardsOf(largeEstate({ accounts: 2, groups: 2, setsOfGroup: 3 }));
    const used = [...resourcesOf(template, ASSIGNMENT).values()].map(
      ({ Properties }) => Properties['PermissionSetArn'],
    );
    const names = Object.keys(template.Parameters ?? {});
    expect(names).toHaveLength(3);
    expect(new Set(used.map((arn) => JSON.stringify(arn)))).toEqual(
      new Set(names.map((Ref) => JSON.stringify({ Ref }))),
    );
  });

  test('that refers to a set which its stack lacks is refused', () => {
    const [stack] = planFiles(oneShard).access?.stacks ?? [];
    const create = () =>
      new Assignments(new Stack(new App({ outdir }), 'Access'), 'Assignments', {
        instance: { arn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', partition: 'aws' },
        permissionSets: new Map(),
        shards: stack?.shards ?? [],
      });
    expect(create).toThrow("no permission set 'Set0' for shard 1");
  });
});

describe('an assignment that is adopted', () => {
  const assignment = {
    account: { id: accountId('100000000001') } as Account,
    holder: { kind: 'group', name: 'Developers' } as const,
    permissionSet: 'Admin',
    principalId: PRINCIPAL,
    causes: [],
  };
  const shard: Shard = {
    number: 1,
    assignments: [
      { key: assignmentKeyFor(`100000000001/Admin/${PRINCIPAL}`), principalId: PRINCIPAL, assignment, lane: 1 },
    ],
  };
  const ADMIN = 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef';

  function templateOf(adopted?: AdoptedSets): Template {
    const stack = new Stack(
      new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false }),
      'S',
    );
    const instance = { arn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', partition: 'aws' };
    const definition: PermissionSet = {
      at: [],
      name: 'Admin',
      previousNames: [],
      sessionDuration: { text: 'PT1H', seconds: 3600 },
      managedPolicies: [],
      customerManagedPolicies: [],
      tags: [],
      acknowledgements: [],
    };
    const { byName } = new PermissionSets(stack, 'Sets', { instance, definitions: [definition] });
    const nested = new AssignmentShard(stack, 'Shard', { instance, shard, permissionSets: byName, adopted });
    return (nested as unknown as { _toCloudFormation(): Template })._toCloudFormation();
  }

  test('refers to nothing, and stays when it goes from the template: so CloudFormation can take it over', () => {
    const template = templateOf(new Map([['Admin', ADMIN]]));
    const [resource] = resourcesOf(template, ASSIGNMENT).values();
    expect(resource).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { PermissionSetArn: ADMIN },
    });
    expect(template).not.toHaveProperty('Parameters');
  });

  test('has the logical id that it keeps afterwards', () => {
    const ids = [templateOf(), templateOf(new Map([['Admin', ADMIN]]))].map((template) => [
      ...resourcesOf(template, ASSIGNMENT).keys(),
    ]);
    expect(ids[0]).toEqual(ids[1]);
    const [resource] = resourcesOf(templateOf(), ASSIGNMENT).values();
    expect(resource).not.toHaveProperty('DeletionPolicy');
  });
});
