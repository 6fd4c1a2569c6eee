import { Tags } from 'aws-cdk-lib';
import { stackName } from '../../../src/estate/plan/stacks/stacks';
import { clientSecretName, sessionKeysName } from '../../../src/estate/sections/hosting/handoff';
import {
  expressMode,
  expressProduction,
  hostingApp,
  hostingTemplates,
  ownSubnets,
  production,
  withDomain,
} from '../../support/hosting';
import { listOf, statementsOf, wideActions } from '../../support/policy-statements';
import type { Template } from '../../support/templates';
import { resourcesOf } from '../../support/templates';

const sandbox = hostingTemplates();

const ALL = [
  ['the sandbox', sandbox],
  ['production with a private API', hostingTemplates(production)],
  ['ECS Express Mode', hostingTemplates(expressMode)],
  ['ECS Express Mode in subnets of one’s own', hostingTemplates(ownSubnets)],
  ['production on ECS Express Mode with a private API', hostingTemplates(expressProduction)],
  ['a domain of its own', hostingTemplates(withDomain)],
] as const;

test.each(ALL)('the schemas of CloudFormation, AwsSolutions and AppRunner find nothing in %s', (_what, { issues }) => {
  expect(issues).toEqual([]);
});

/** Actions that are allowed on more than named resources, each with its reason. Whatever is not listed here fails. */
const EVERYTHING: readonly (readonly [RegExp, string])[] = [
  [/^ecr:GetAuthorizationToken$/, 'a token is for the whole registry; the action has no resource'],
  [/^xray:(Get|Put)[A-Z][A-Za-z]+$/, 'X-Ray has no resources for sampling and segments'],
  [/^logs:\w*LogDeliver\w*$/, 'delivery of a state machine’s logs has no resources'],
  [
    /^logs:(PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
    'the same delivery, as Step Functions asks',
  ],
  [/^kms:\*$/, 'policy of a key: * is the key itself, and the account rules it by IAM'],
  [/^kms:(Decrypt|GenerateDataKey\*)$/, 'policy of a key: * is the key itself, for alarms, rules and tables'],
  [
    /^kms:(CreateGrant|DescribeKey|Encrypt|ReEncrypt\*)$/,
    'policy of a key: * is the key itself, for tables and secrets',
  ],
  [
    /^logs:(Put|Delete)RetentionPolicy$/,
    'how long App Runner’s logs are kept: the CDK’s function is for groups of any name',
  ],
  [/^lambda:InvokeFunction$/, 'the provider framework calls one function, of whatever version'],
];

/** Actions that contain a `*`, and why that is no wider than needed. */
const ACTIONS: Readonly<Record<string, string>> = {
  'kms:*': 'policy of a key, for its own account: without it nobody could rule the key',
  'kms:GenerateDataKey*': 'with and without plain text',
  'kms:ReEncrypt*': 'from and to this key',
};

describe.each(ALL)('in %s', (_what, { data, services }) => {
  const all = [...statementsOf(data), ...statementsOf(services)];

  test('every statement names its actions and resources', () => {
    expect(all.length).toBeGreaterThan(5);
    const vague = all.filter(
      ([, { Action, Resource, NotAction, NotResource }]) =>
        Action === undefined || Resource === undefined || NotAction !== undefined || NotResource !== undefined,
    );
    expect(vague).toEqual([]);
    const wide = all.flatMap(([, { Action }]) => listOf(Action).filter((action) => action.includes('*')));
    expect(wide.filter((action) => ACTIONS[action] === undefined)).toEqual([]);
  });

  test('whatever may be done to more than named resources is known, with its reason', () => {
    const wide = wideActions(all);
    expect(wide).not.toEqual([]);
    expect(wide.filter((action) => !EVERYTHING.some(([pattern]) => pattern.test(action)))).toEqual([]);
  });

  test('nobody but services of AWS and the account itself may use a key or a topic', () => {
    const principals = all
      .filter(([, { Effect, Principal }]) => Effect === 'Allow' && Principal !== undefined)
      .flatMap(([, { Principal }]) => Object.keys(Principal as object));
    expect(principals.filter((kind) => kind !== 'Service' && kind !== 'AWS')).toEqual([]);
  });

  test('no value of a secret is in a template', () => {
    const secrets = [...resourcesOf(data, 'AWS::SecretsManager::Secret').values()];
    expect(secrets.map(({ Properties }) => Properties['Name'])).toEqual([
      clientSecretName('sandbox'),
      sessionKeysName('sandbox'),
    ]);
    expect(secrets.filter(({ Properties }) => 'SecretString' in Properties)).toEqual([]);
    const texts = JSON.stringify([data, services]);
    // A dynamic reference would put the value into the service's properties, where everybody who may read it sees it.
    expect(texts).not.toContain('{{resolve:');
    expect(texts).not.toContain('SecretStringTemplate');
  });

  test('only the data stack has something to lose', () => {
    const kept = Object.values(services.Resources).filter(({ Type }) => /DynamoDB|SecretsManager|KMS/.test(Type));
    expect(kept).toEqual([]);
  });
});

test.each([
  ['App Runner', undefined],
  ['App Runner with a private API', production],
])('tags of the whole app do not reach the services of %s', (_what, edit) => {
  const app = hostingApp(edit);
  Tags.of(app).add('team', 'claims');
  const { template } = app.synth().getStackByName(stackName('sandbox', 'hosting')) as { template: Template };
  const services = [...resourcesOf(template, 'AWS::AppRunner::Service').values()];
  expect(services).toHaveLength(2);
  expect(services.filter(({ Properties }) => 'Tags' in Properties)).toEqual([]);
  // The tag did reach what has one.
  const [role] = [...resourcesOf(template, 'AWS::IAM::Role').values()];
  expect(role?.Properties['Tags']).toEqual([{ Key: 'team', Value: 'claims' }]);
});
