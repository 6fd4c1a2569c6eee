import { Accepted, breaksOf, unaccepted } from '../../support/corpus/breaks';
import type { DeployedRecord } from '../../support/corpus/record';

const ROLE = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'a', Description: 'old' } };
const GROUP = {
  kind: 'resource',
  key: 'urn:group',
  type: 'entragraph:index:UserFlow',
  name: 'flow',
  inputs: { userFlowId: 'B2C_1_a', displayName: 'old' },
  aliases: [],
  dependsOn: [],
};

const BEFORE: DeployedRecord = {
  version: '0.1.0',
  plan: 'a',
  findings: ['warning pending-group'],
  stacks: { 'acme-access': { home: ['1', 'eu-west-1'], templates: { 0: { Resources: { Role: ROLE } } } } },
  programs: [{ program: 'customers', stack: 'acme-customers', resources: [GROUP] }],
};

const now = (change: Partial<DeployedRecord>): readonly string[] => breaksOf(BEFORE, { ...BEFORE, ...change });
const templates = (resources: Record<string, unknown>): DeployedRecord['stacks'] => ({
  'acme-access': { home: ['1', 'eu-west-1'], templates: { 0: { Resources: resources } } },
});
const run = (resources: DeployedRecord['programs'][number]['resources']): DeployedRecord['programs'] => [
  { program: 'customers', stack: 'acme-customers', resources },
];

test('what is the same, new or changed in place breaks nothing', () => {
  const updated = { ...ROLE, Properties: { ...ROLE.Properties, Description: 'new' } };
  expect(now({})).toEqual([]);
  expect(
    now({
      findings: [...BEFORE.findings, 'warning app-runner-closed'],
      stacks: { ...templates({ Role: updated, Other: ROLE }), 'acme-hosting': { home: ['2', 'x'], templates: {} } },
      programs: run([{ ...GROUP, inputs: { ...GROUP.inputs, displayName: 'new' } }]),
    }),
  ).toEqual([]);
});

test.each<readonly [string, Partial<DeployedRecord>, string]>([
  ['an estate that has an error now', { findings: ['error unknown-key'] }, 'finding error unknown-key'],
  ['other assignments', { plan: 'b' }, 'plan: other assignments, or other lanes'],
  ['a stack that is gone', { stacks: {} }, 'stack acme-access is gone'],
  [
    'a stack that moved',
    { stacks: { 'acme-access': { home: ['2', 'eu-west-1'], templates: {} } } },
    'stack acme-access is in another place: 2 eu-west-1',
  ],
  ['another logical id', { stacks: templates({ Other: ROLE }) }, 'acme-access: delete Role (AWS::IAM::Role)'],
  [
    'a property that replaces',
    { stacks: templates({ Role: { ...ROLE, Properties: { ...ROLE.Properties, RoleName: 'b' } } }) },
    'acme-access: replace Role (AWS::IAM::Role RoleName)',
  ],
  ['a program that is gone', { programs: [] }, 'program acme-customers is gone'],
  ['a URN that vanishes', { programs: run([]) }, 'acme-customers: delete urn:group'],
  [
    'an input that replaces',
    { programs: run([{ ...GROUP, inputs: { ...GROUP.inputs, userFlowId: 'B2C_1_b' } }]) },
    'acme-customers: replace urn:group userFlowId',
  ],
])('%s breaks an upgrade', (_, change, line) => {
  expect(now(change)).toEqual([line]);
});

test('what is accepted, with a reason, is not reported; an acceptance that nothing needs is', () => {
  const reason = 'A name of the service changed, and nobody had used it.';
  const accepted = Accepted.parse([
    { estate: 'a', break: 'x', reason },
    { estate: 'a', break: 'gone', reason },
  ]);
  expect(unaccepted('a', ['x', 'y'], accepted)).toEqual({ breaks: ['y'], unneeded: ['gone'] });
  expect(unaccepted('b', ['x'], accepted)).toEqual({ breaks: ['x'], unneeded: [] });
  expect(() => Accepted.parse([{ estate: 'a', break: 'x', reason: 'so' }])).toThrow('says too little');
});
