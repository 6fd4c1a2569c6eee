import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationsBefore, type StackTemplates } from '../../../src/deploy/pipeline/operations';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { addStacks } from '../../../stacks/aws/estate-app';
import { imageSourceOf } from '../../../stacks/image-source';
import { cdkStacks } from '../../../src/estate/plan/stacks/stacks';
import { type EstateFiles, largeEstate } from '../../support/large-estate';
import { planFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const outdir = temporaryFolder();
const planOf = (files: EstateFiles): EstatePlan => planFiles(files, 'large');

/** 1,400 assignments in four shards. */
const FILES = largeEstate({ accounts: 140, groups: 10, setsOfGroup: 1 });
const LIMIT = 1_000;
const ACCOUNTS = (planOf(FILES).access?.organization.accounts ?? []).map(({ id }) => id);

type Json = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
};
interface Shard {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Json>>;
}
interface Part extends StackTemplates {
  readonly root: { readonly Resources: Readonly<Record<string, Json>> };
  readonly shards: ReadonlyMap<number, Shard>;
}

/** The estate with another placement file, as a preview writes it. */
function placed(files: EstateFiles): EstateFiles {
  return { ...files, [PLACEMENT_FILE]: planOf(files).access?.placement.text ?? '' };
}

/** Another name for the one set: every assignment goes, and comes again. */
const RENAMED = placed({ ...FILES, [ESTATE_FILE]: (FILES[ESTATE_FILE] ?? '').replaceAll('Set0', 'Viewer') });

const NOTHING: Part = { root: { Resources: {} }, shards: new Map() };

/** Templates that an app writes of the stack, as far as `accounts` are to change. */
function templatesOf(files: EstateFiles, deployed: Part, accounts?: readonly string[]): Part {
  const plan = planOf(files);
  const app = new App({ outdir: join(outdir, String(Math.random())), analyticsReporting: false });
  const parts = accounts && new Map([['large-access', { accounts, deployed }]]);
  addStacks(app, cdkStacks(plan), { plan, sources: { imageOf: imageSourceOf, parts } });
  const stack = Stack.of(app.node.findChild('large-access'));
  const { directory } = app.synth();
  const read = ({ templateFile }: Stack) =>
    JSON.parse(readFileSync(join(directory, templateFile), 'utf8')) as Part['root'];
  const nested = stack.node.findAll().filter((one) => one instanceof NestedStack);
  return {
    root: read(stack),
    shards: new Map(nested.map((one) => [Number(/\d+$/.exec(one.node.id)?.[0]), read(one)])),
  };
}

const changes = (before: Readonly<Record<string, Json>> = {}, after: Readonly<Record<string, Json>> = {}): number =>
  Object.keys({ ...before, ...after }).filter(
    (id) => JSON.stringify(before[id]?.Properties) !== JSON.stringify(after[id]?.Properties),
  ).length;

/** Resources that CloudFormation changes between two states of the stack, those of nested stacks and these themselves. */
function changesBetween(before: Part, after: Part): number {
  const shards = [...new Set([...before.shards.keys(), ...after.shards.keys()])];
  const inShards = shards.map((one) => changes(before.shards.get(one)?.Resources, after.shards.get(one)?.Resources));
  return inShards.reduce((sum, one) => sum + one, changes(before.root.Resources, after.root.Resources));
}

test.each([
  ['a first deployment', NOTHING, FILES],
  ['a replacement of all', templatesOf(FILES, NOTHING), RENAMED],
  ['what is half deployed', templatesOf(FILES, NOTHING, ACCOUNTS.slice(0, 60)), RENAMED],
])('%s never changes more than an operation takes, and ends as declared', (_, deployed, files) => {
  const declared = templatesOf(files, NOTHING);
  const operations = operationsBefore(declared, deployed, LIMIT);
  expect(operations.length).toBeGreaterThan(0);
  const states = [deployed, ...operations.map((accounts) => templatesOf(files, deployed, accounts)), declared];
  for (const [index, state] of states.slice(1).entries()) {
    expect(changesBetween(states[index] ?? NOTHING, state)).toBeLessThanOrEqual(LIMIT);
  }
});

test('what stays of a shard refers to a set that leaves only with the last operation', () => {
  const deployed = templatesOf(FILES, NOTHING);
  const [first = []] = operationsBefore(templatesOf(RENAMED, NOTHING), deployed, LIMIT);
  const state = templatesOf(RENAMED, deployed, first);
  const sets = Object.values(state.root.Resources).filter(({ Type }) => Type === 'AWS::SSO::PermissionSet');
  expect(sets.map(({ Properties }) => Properties['Name']).toSorted()).toEqual(['Set0', 'Viewer']);
  for (const [number, template] of deployed.shards) {
    const kept = Object.entries(template.Resources).filter(([, one]) => !first.includes(accountOf(one)));
    for (const [id, { Properties }] of kept)
      expect(state.shards.get(number)?.Resources[id]?.Properties).toEqual(Properties);
  }
});

const accountOf = ({ Properties }: Json): string => String(Properties['TargetId']);

/** Holders of something, as `account principal`, with the parameter by which their shard knows the permission set. */
const holdersIn = ({ shards }: Part): ReadonlySet<string> =>
  new Set(
    [...shards.values()].flatMap(({ Resources }) =>
      Object.values(Resources).map((one) => `${accountOf(one)} ${String(one.Properties['PrincipalId'])}`),
    ),
  );

/** A placement file in which each assignment is in the next shard. */
const elsewhere = (text: string): string =>
  text.replaceAll(/ ([1-4])\.(\d+)"/g, (_, shard: string, lane: string) => ` ${(Number(shard) % 4) + 1}.${lane}"`);

describe('an exchange', () => {
  /** Set0 is renamed, and what comes is in another shard than what leaves. */
  const MOVED = { ...RENAMED, [PLACEMENT_FILE]: elsewhere(RENAMED[PLACEMENT_FILE] ?? '') };
  const deployed = templatesOf(FILES, NOTHING);
  const declared = templatesOf(MOVED, NOTHING);
  const operations = operationsBefore(declared, deployed, LIMIT);
  const states = [deployed, ...operations.map((accounts) => templatesOf(MOVED, deployed, accounts)), declared];

  test('across shards takes several operations, and leaves no one without access after any of them', () => {
    expect(operations.length).toBeGreaterThan(1);
    const all = holdersIn(deployed);
    for (const state of states) expect(holdersIn(state)).toEqual(all);
  });

  test('fits the template of each shard, which has what it refers to', () => {
    for (const { root, shards } of states)
      for (const [number, { Resources, Parameters = {} }] of shards) {
        expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
        const text = JSON.stringify(Resources);
        for (const [, name = ''] of text.matchAll(/"Ref":"([^"]+)"/g)) expect(Parameters).toHaveProperty(name);
        const nested = Object.entries(root.Resources).find(([id]) => id.startsWith(`AssignmentsShard${number}Nested`));
        expect(Object.keys(nested?.[1].Properties['Parameters'] ?? {}).toSorted()).toEqual(
          Object.keys(Parameters).toSorted(),
        );
        const ids = Object.keys(Resources);
        expect(
          Object.values(Resources)
            .flatMap(({ DependsOn = [] }) => DependsOn)
            .filter((id) => !ids.includes(id)),
        ).toEqual([]);
      }
  });

  test('that no order of accounts has room for is refused', () => {
    const shard = (account: string, set: string) => ({
      Resources: Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [
          `${account}${set}${index}`,
          { Type: 'AWS::SSO::Assignment', Properties: { TargetId: account, set } },
        ]),
      ),
    });
    const stack = (...shards: readonly object[]): StackTemplates => ({
      root: {},
      shards: new Map(shards.map((one, index) => [index + 1, one])),
    });
    const swapped = stack(shard('2', 'new'), shard('1', 'new'));
    expect(() => operationsBefore(swapped, stack(shard('1', 'old'), shard('2', 'old')), 1_000)).toThrow(
      '2 accounts change what they have between shards that are full',
    );
  });
});

test('an account that changes more than an operation takes is one of its own', () => {
  const shard = {
    Resources: Object.fromEntries(
      ['1', '1', '1', '2'].map((TargetId, index) => [
        `Id${index}`,
        { Type: 'AWS::SSO::Assignment', Properties: { TargetId, index } },
      ]),
    ),
  };
  expect(operationsBefore({ root: {}, shards: new Map([[1, shard]]) }, NOTHING, 3)).toEqual([['1']]);
});

test('a change that one operation has room for is one', () => {
  const { templates } = synthesizeEstate(planOf(FILES));
  const declared = {
    root: templates.find(({ shard }) => shard === undefined)?.template,
    shards: new Map(templates.flatMap(({ shard, template }) => (shard === undefined ? [] : [[shard, template]]))),
  };
  expect(operationsBefore(declared, NOTHING)).toEqual([]);
});
