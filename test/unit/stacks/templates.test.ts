import { App, Stack } from 'aws-cdk-lib';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { cdkStacks, STACK_KINDS, STACKS } from '../../../src/estate/plan/stacks/stacks';
import { addStacks } from '../../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import { emergencyEstatePlan } from '../../support/emergency';
import { MANAGEMENT_ACCOUNT, pipelinePlan } from '../../support/pipeline';
import { delegatedSandbox, planFiles } from '../../support/sandbox';
import { temporaryFolder, withoutHashes } from '../../support/templates';

expect.addSnapshotSerializer(withoutHashes);

const outdir = temporaryFolder();

/** Functions as if they had been bundled before: esbuild is a process. */
const TEXTS: readonly unknown[] = [''];
const BUNDLED: KnownAnswers = { find: ({ isAnswer }) => TEXTS.find(isAnswer), keep: () => undefined };
const IMAGE = { hash: 'a'.repeat(64), command: ['true'] };

/** Templates of an estate by their stacks, but for those of access, which access-stack.test.ts has; not validated. */
function templatesOf(plan: EstatePlan): ReadonlyMap<string, unknown> {
  const app = new App({
    outdir: mkdtempSync(join(outdir, 'app-')),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    postCliContext: CDK_FLAGS,
  });
  const stacks = cdkStacks(plan).filter(({ kind }) => !kind.startsWith('access'));
  addStacks(app, stacks, { plan, sources: { imageOf: () => IMAGE, known: BUNDLED } });
  const made = app.node.children.filter((child) => child instanceof Stack).map(({ stackName }) => stackName);
  const assembly = app.synth();
  return new Map(made.map((name) => [name, assembly.getStackByName(name).template as unknown]));
}

const tokenSecret = `arn:aws:secretsmanager:us-east-1:${MANAGEMENT_ACCOUNT}:secret:sandbox/accounts-token-a1B2c3`;
const whole = pipelinePlan(({ pipeline }) => {
  if (pipeline !== undefined) pipeline.accountEvents = { tokenSecret, emails: ['platform@insurance.example.com'] };
});
const plans = [whole, emergencyEstatePlan(), planFiles(delegatedSandbox())];
const kinds = plans.flatMap((plan) => cdkStacks(plan)).map(({ kind }) => kind);
const [sandbox, emergency, delegated] = plans.map(templatesOf);

test('every kind of stack is among them', () => {
  expect(new Set(kinds)).toEqual(new Set(STACK_KINDS.filter((kind) => STACKS[kind].engine === 'cdk')));
});

test.each([...(sandbox ?? [])])('the template of %s', (_name, template) => {
  expect(template).toMatchSnapshot();
});

test.each([
  ['sandbox-emergency', emergency],
  ['sandbox-emergency-alarms-eu-central-1', emergency],
  ['sandbox-emergency-210000000006', emergency],
  ['sandbox-policies-management', delegated],
] as const)('the template of %s', (name, templates) => {
  expect(templates?.get(name)).toMatchSnapshot();
});
