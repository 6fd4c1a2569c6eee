import type { EstatePlan } from '../../../src/estate/plan/planner';
import { cdkStacks, STACK_KINDS, STACKS } from '../../../src/estate/plan/stacks/stacks';
import { allTemplates } from '../../support/all-templates';
import { emergencyEstatePlan } from '../../support/emergency';
import { MANAGEMENT_ACCOUNT, pipelinePlan, STATE_ACCOUNT, stateInS3 } from '../../support/pipeline';
import { Resources as knownTypes } from '../../../stacks/resource-types.json';
import { expressProduction, ownServices, plainTemplates, production } from '../../support/hosting';
import { delegatedSandbox, planFiles } from '../../support/sandbox';
import { withoutHashes } from '../../support/templates';

expect.addSnapshotSerializer(withoutHashes);

/** Templates of an estate by their stacks, but for those of access, which access-stack.test.ts has. */
const templatesOf = (plan: EstatePlan) => allTemplates(plan, ({ kind }) => !kind.startsWith('access'));

const tokenSecret = `arn:aws:secretsmanager:us-east-1:${MANAGEMENT_ACCOUNT}:secret:sandbox/accounts-token-a1B2c3`;
const whole = pipelinePlan(({ pipeline }) => {
  if (pipeline === undefined) return;
  pipeline.accountEvents = { tokenSecret, emails: ['platform@insurance.example.com'] };
  pipeline.evidence = { keepDays: 2555 };
});
const plans = [whole, emergencyEstatePlan(), planFiles(delegatedSandbox()), pipelinePlan(stateInS3)];
const kinds = plans.flatMap((plan) => cdkStacks(plan)).map(({ kind }) => kind);
const [sandbox, emergency, delegated, inS3] = plans.map(templatesOf);

test('every kind of stack is among them', () => {
  expect(new Set(kinds)).toEqual(new Set(STACK_KINDS.filter((kind) => STACKS[kind].engine === 'cdk')));
});

test('the validator knows the types of all resources before it is asked', () => {
  const hosted = [expressProduction, ownServices, production].flatMap((edit) => Object.values(plainTemplates(edit)));
  const templates = [...plans.flatMap((plan) => [...allTemplates(plan).values()]), ...hosted];
  const types = new Set(templates.flatMap(({ Resources }) => Object.values(Resources)).map(({ Type }) => Type));
  const known = new Set(Object.values(knownTypes).map(({ Type }) => Type));
  expect([...types].filter((type) => !known.has(type))).toEqual([]);
});

test.each([...(sandbox ?? [])])('the template of %s', (_name, template) => {
  expect(template).toMatchSnapshot();
});

test.each([
  ['sandbox-emergency', emergency],
  ['sandbox-emergency-alarms-eu-central-1', emergency],
  ['sandbox-emergency-210000000006', emergency],
  ['sandbox-policies-management', delegated],
  ['sandbox-pulumi-state', inS3],
  [`sandbox-pipeline-${STATE_ACCOUNT}`, inS3],
] as const)('the template of %s', (name, templates) => {
  expect(templates?.get(name)).toMatchSnapshot();
});
