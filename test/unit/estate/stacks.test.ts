import { deploymentSteps } from '../../../src/deploy/steps/steps';
import { cdkStacks, STACK_KINDS, STACKS, stackName } from '../../../src/estate/plan/stacks/stacks';
import { emergencyFiles } from '../../support/emergency';
import { MANAGEMENT_ACCOUNT, pipelinePlan } from '../../support/pipeline';
import { delegatedSandbox, hostedSandboxFiles, planFiles } from '../../support/sandbox';

const withEvents = pipelinePlan(({ pipeline }) => {
  if (pipeline === undefined) throw new Error('the sandbox has a pipeline');
  pipeline.accountEvents = {
    tokenSecret: `arn:aws:secretsmanager:us-east-1:${MANAGEMENT_ACCOUNT}:secret:sandbox/accounts-token-a1B2c3`,
    emails: ['platform@insurance.example.com'],
  };
});
const plans = [
  ...[emergencyFiles(), hostedSandboxFiles(), delegatedSandbox()].map((files) => planFiles(files)),
  withEvents,
];

test('a stack has its name, account and Region, in the order of a deployment', () => {
  const stacks = cdkStacks(planFiles(hostedSandboxFiles()));
  expect(stacks.map(({ name, account, region }) => `${name} ${account} ${region}`)).toEqual([
    'sandbox-policies 210000000001 eu-west-1',
    'sandbox-access 210000000001 eu-west-1',
    'sandbox-workforce-watch 210000000001 eu-west-1',
    'sandbox-hosting-data 210000000011 eu-west-1',
    'sandbox-hosting 210000000011 eu-west-1',
    'sandbox-pipeline-210000000001 210000000001 eu-west-1',
    'sandbox-pipeline-210000000011 210000000011 eu-west-1',
  ]);
});

test.each(plans)('an estate whose sections have a kind of stack has such a stack', (plan) => {
  const kinds = new Set<string>(cdkStacks(plan).map(({ kind }) => kind));
  const expected = STACK_KINDS.filter((kind) => STACKS[kind].engine === 'cdk' && STACKS[kind].isIn(plan.estate));
  expect([...kinds]).toEqual(expected);
});

test('a deployment of Bicep is named after what it lays', () => {
  expect(stackName('sandbox', 'azure')).toBe('identity-sandbox');
  expect(stackName('sandbox', 'azure-logs')).toBe('identity-sandbox-logs');
});

test.each(plans)('the steps of a deployment are those of the stacks, in their order', (plan) => {
  const ids = deploymentSteps(plan, { yes: false }).map(({ id }) => id);
  const rows = STACK_KINDS.map((kind) => [...STACKS[kind].steps]);
  expect(rows.flat()).toEqual(expect.arrayContaining(ids));
  // A step that several stacks need comes once.
  for (const row of rows) expect(ids.filter((id) => row.includes(id))).toEqual(row.filter((id) => ids.includes(id)));
});

test('what starts a job on events is where those of the organization are, and one of its stacks', () => {
  expect(cdkStacks(withEvents).filter(({ kind }) => kind === 'account-events')).toEqual([
    {
      name: 'sandbox-account-events',
      account: MANAGEMENT_ACCOUNT,
      region: 'us-east-1',
      kind: 'account-events',
      section: 'pipeline',
    },
  ]);
});

test('a person deploys the roles of the pipeline, the state, what holds its token and the emergency access', () => {
  const byPerson = STACK_KINDS.filter((kind) => STACKS[kind].engine === 'cdk' && STACKS[kind].deployedBy === 'person');
  expect(byPerson).toEqual([
    ...['evidence', 'emergency', 'emergency-alarms', 'emergency-roles'],
    ...['pulumi-state', 'pipeline', 'account-events'],
  ]);
});
