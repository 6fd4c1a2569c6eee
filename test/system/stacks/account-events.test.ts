import { cdkStacks } from '../../../src/estate/plan/stacks/stacks';
import type { EstateFile } from '../../../src/estate/sections/estate-schema';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { lint } from '../../support/cfn-lint';
import { MANAGEMENT_ACCOUNT, pipelinePlan } from '../../support/pipeline';
import { statementsOf } from '../../support/policy-statements';
import { describeWithPython } from '../../support/python';
import type { Template } from '../../support/templates';
import { resourcesOf, temporaryFolder, withoutHashes } from '../../support/templates';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

expect.addSnapshotSerializer(withoutHashes);

const SECRET = `arn:aws:secretsmanager:us-east-1:${MANAGEMENT_ACCOUNT}:secret:sandbox/accounts-token-a1B2c3`;
const NAME = 'sandbox-account-events';
type Pipeline = NonNullable<EstateFile['pipeline']>;

/** What the synthesis makes of an estate whose other stacks are no matter here. */
function synthesized(pipeline: Partial<Pipeline>, repository?: string, pipelineId?: number) {
  const plan = pipelinePlan((estate) => {
    const events = { tokenSecret: SECRET, emails: ['platform@insurance.example.com'] };
    estate.pipeline = { ...pipeline, accountEvents: { ...events, ...(pipelineId !== undefined && { pipelineId }) } };
    if (repository !== undefined && estate.azure !== undefined) estate.azure.repository = repository;
    delete estate.hosting;
    delete estate.workforce;
    delete estate.customers;
  });
  const { templates, issues } = synthesizeEstate(plan);
  const found = templates.find(({ stack }) => stack === NAME);
  if (found === undefined) throw new Error(`no stack ${NAME} among ${templates.map(({ stack }) => stack).join(', ')}`);
  const home = cdkStacks(plan).find(({ name }) => name === NAME);
  return { home, template: found.template as unknown as Template, issues };
}

const gitHub = synthesized({});
const gitLab = synthesized({ forge: 'gitlab' }, 'insurance/platform/identity');
const azureDevOps = synthesized({ forge: 'azure-devops' }, 'insurance/Cloud Platform/identity', 12);
const FORGES = [
  ['GitHub', gitHub],
  ['GitLab', gitLab],
  ['Azure DevOps', azureDevOps],
] as const;

test('the stack is where the events of the organization are', () => {
  expect(gitHub.home).toMatchObject({ account: MANAGEMENT_ACCOUNT, region: 'us-east-1', kind: 'account-events' });
});

test.each(FORGES)('the schemas of CloudFormation and AwsSolutions find nothing for %s', (_what, { issues }) => {
  expect(issues).toEqual([]);
});

test.each(FORGES)('the connection to %s has the secret by its ARN alone', (what, { template }) => {
  const [connection] = resourcesOf(template, 'AWS::Events::Connection').values();
  const [destination] = resourcesOf(template, 'AWS::Events::ApiDestination').values();
  const [rule] = resourcesOf(template, 'AWS::Events::Rule').values();
  const targets = rule?.Properties['Targets'] as readonly {
    readonly Input: string;
    readonly HttpParameters?: unknown;
  }[];
  expect({
    connection: connection?.Properties,
    endpoint: destination?.Properties['InvocationEndpoint'],
    sent: targets.map(({ Input, HttpParameters }) => ({ Input, HttpParameters })),
  }).toMatchSnapshot(what);
  expect(JSON.stringify(connection?.Properties)).toContain(`{{resolve:secretsmanager:${SECRET}:SecretString:::}}`);
});

test.each(FORGES)(
  'at %s the one role calls the one destination, and the queue takes events of the one rule',
  (_what, { template }) => {
    const allowed = statementsOf(template).filter(([, { Effect }]) => Effect === 'Allow');
    expect(
      allowed
        .map(([, { Action }]) => Action)
        .flat()
        .toSorted(),
    ).toEqual(['events:InvokeApiDestination', 'sns:Publish', 'sns:Publish', 'sqs:SendMessage']);
    const wide = allowed.filter(([, { Resource }]) => JSON.stringify(Resource).includes('*'));
    expect(wide).toEqual([]);
    const [rule] = resourcesOf(template, 'AWS::Events::Rule').keys();
    expect(JSON.stringify(allowed.find(([, { Action }]) => Action === 'sqs:SendMessage')?.[1])).toContain(
      JSON.stringify({ 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } }),
    );
  },
);

test('a lost event is kept, and told', () => {
  const { template } = gitHub;
  const [queue] = resourcesOf(template, 'AWS::SQS::Queue').keys();
  const [topic] = resourcesOf(template, 'AWS::SNS::Topic').keys();
  const [rule] = resourcesOf(template, 'AWS::Events::Rule').values();
  expect(rule?.Properties['Targets']).toEqual([
    expect.objectContaining({
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 14_400 },
    }),
  ]);
  const alarms = [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()];
  expect(alarms.map(({ Properties }) => [Properties['MetricName'], Properties['AlarmActions']])).toEqual([
    ['ApproximateNumberOfMessagesVisible', [{ Ref: topic }]],
    ['InvocationsFailedToBeSentToDlq', [{ Ref: topic }]],
  ]);
});

describeWithPython('cfn-lint', () => {
  const folder = temporaryFolder();
  test('finds nothing in the templates', () => {
    const files = FORGES.map(([what, { template }]) => {
      const file = `${what.replaceAll(' ', '-')}.template.json`;
      writeFileSync(join(folder, file), JSON.stringify(template));
      return file;
    });
    // Both ways to authenticate that a connection may have: it must have one, and the token of GitLab is in the body.
    expect(lint(folder, files).filter((line) => !/:I3010:.*AuthParameters/.test(line))).toEqual([]);
  });
});
