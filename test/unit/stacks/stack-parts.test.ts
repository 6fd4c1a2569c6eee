import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationsBefore, type StackTemplates } from '../../../src/deploy/pipeline/operations';
import type { EstatePlan } from '../../../src/estate/plan/estate-plan';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { addStacks } from '../../../stacks/aws/estate-app';
import { imageSourceOf } from '../../../stacks/image-source';
import { cdkStacks } from '../../../src/estate/plan/stacks';
import { type EstateFiles, largeEstate } from '../../support/large-estate';
import { planFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const outdir = temporaryFolder();
/** 1,400 assignments in four shards. */
const FILES = largeEstate({ accounts: 140, groups: 10, setsOfGroup: 1 });
const LIMIT = 1_000;

type Json = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
interface Part extends StackTemplates {
  readonly root: { readonly Resources: Readonly<Record<string, Json>> };
  readonly shards: ReadonlyMap<number, { readonly Resources: Readonly<Record<string, Json>> }>;
}

const planOf = (files: EstateFiles): EstatePlan => planFiles(files, 'large');

/** The estate with another placement file, as a preview writes it. */
function placed(files: EstateFiles): EstateFiles {
  return { ...files, [PLACEMENT_FILE]: planOf(files).access?.placement.text ?? '' };
}

/** Another name for the one set: every assignment goes, and comes again. */
const RENAMED = placed({ ...FILES, [ESTATE_FILE]: (FILES[ESTATE_FILE] ?? '').replaceAll('Set0', 'Viewer') });

const NOTHING: Part = { root: { Resources: {} }, shards: new Map() };

/** Templates that an app writes of the stack, as far as `shards` are to change. */
function templatesOf(files: EstateFiles, deployed: Part, shards?: readonly number[]): Part {
  const plan = planOf(files);
  const app = new App({ outdir: join(outdir, String(Math.random())), analyticsReporting: false });
  const parts = shards && new Map([['large-access', { shards, deployed }]]);
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
  ['what is half deployed', templatesOf(FILES, NOTHING, [1, 2]), RENAMED],
])('%s never changes more than an operation takes, and ends as declared', (_, deployed, files) => {
  const declared = templatesOf(files, NOTHING);
  const operations = operationsBefore(declared, deployed, LIMIT);
  expect(operations.length).toBeGreaterThan(0);
  const states = [deployed, ...operations.map((shards) => templatesOf(files, deployed, shards)), declared];
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
  for (const [number, template] of deployed.shards)
    if (!first.includes(number)) expect(state.shards.get(number)?.Resources).toEqual(template.Resources);
});

test('a change that one operation has room for is one', () => {
  const { templates } = synthesizeEstate(planOf(FILES));
  const declared = {
    root: templates.find(({ shard }) => shard === undefined)?.template,
    shards: new Map(templates.flatMap(({ shard, template }) => (shard === undefined ? [] : [[shard, template]]))),
  };
  expect(operationsBefore(declared, NOTHING)).toEqual([]);
});
