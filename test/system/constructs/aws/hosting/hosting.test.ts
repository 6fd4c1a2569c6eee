import { Stack } from 'aws-cdk-lib';
import { HOSTING_KINDS, stackName } from '../../../../../src/estate/plan/stacks/stacks';
import { CustomDomain } from '../../../../../constructs/aws/hosting/custom-domain';
import { asDeployed } from '../../../../support/all-templates';
import { expressMode, hostingApp, plainTemplates, production, withDomain } from '../../../../support/hosting';
import type { Resource, Template } from '../../../../support/templates';
import { resourcesOf } from '../../../../support/templates';

const sandbox = plainTemplates();
const live = plainTemplates(production);
const express = plainTemplates(expressMode);
const domain = plainTemplates(withDomain);

/** A state machine, as far as it is read. */
interface Definition {
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly Branches?: readonly Definition[];
  readonly Retry?: readonly object[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Choices?: readonly object[];
}

/** The only resource of a type whose logical id begins so. */
function one(template: Template, type: string, id = ''): Resource & Record<string, unknown> {
  const found = [...resourcesOf(template, `AWS::${type}`)].filter(([logicalId]) => logicalId.startsWith(id));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} ${id}`);
  return found[0]?.[1] as Resource & Record<string, unknown>;
}

/** Actions that a role has, each with the resources as text. */
function grantsOf(template: Template, policy: string): readonly (readonly [string, string])[] {
  const { PolicyDocument } = one(template, 'IAM::Policy', policy).Properties as {
    PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
  };
  return PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => [action, JSON.stringify(Resource)] as const),
  );
}

const actionsOn = (grants: ReturnType<typeof grantsOf>, text: string): readonly string[] =>
  grants.filter(([, resource]) => resource.includes(text)).map(([action]) => action);

const ITEM_ACTIONS = ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

describe('the services', () => {
  test.each([
    ['the web', 'ServiceswebInstanceRole', 'TablesSessions', 'TablesPolicies'],
    ['the API', 'ServicesapiInstanceRole', 'TablesPolicies', 'TablesSessions'],
  ])('%s reaches items of its own table, and nothing of the other', (...[, role, own, other]) => {
    const grants = grantsOf(sandbox.services, role);
    expect(actionsOn(grants, own)).toEqual(ITEM_ACTIONS);
    expect(actionsOn(grants, other)).toEqual([]);
  });

  test('the web reads its two secrets; the API has none', () => {
    const reads = (role: string) =>
      grantsOf(sandbox.services, role).filter(([action]) => action.startsWith('secretsmanager:'));
    expect(reads('ServiceswebInstanceRole')).toEqual([
      ['secretsmanager:GetSecretValue', expect.stringMatching(/SecretsClientSecret[^]*SecretsSessionKeys/) as string],
    ]);
    expect(reads('ServicesapiInstanceRole')).toEqual([]);
  });

  test('with a key of its own each uses it for its table, by way of DynamoDB alone', () => {
    for (const role of ['ServiceswebInstanceRole', 'ServicesapiInstanceRole']) {
      const { PolicyDocument } = one(live.services, 'IAM::Policy', role).Properties as {
        PolicyDocument: { Statement: unknown[] };
      };
      expect(PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Action: expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']) as string[],
          Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' } },
        }),
      );
      expect(one(live.services, 'AppRunner::Service', role.replace('InstanceRole', '')).Properties).toHaveProperty(
        'EncryptionConfiguration.KmsKey',
      );
    }
  });

  test('values that are no secret are variables, all others references', () => {
    const { SourceConfiguration } = one(sandbox.services, 'AppRunner::Service', 'Servicesapi').Properties;
    expect(SourceConfiguration).toMatchObject({
      AutoDeploymentsEnabled: false,
      ImageRepository: {
        ImageConfiguration: {
          Port: '5001',
          RuntimeEnvironmentVariables: [
            { Name: 'POLICIES_TABLE' },
            { Name: 'AWS_REGION', Value: 'eu-west-1' },
            { Name: 'TRUST_PROXY', Value: '1' },
            { Name: 'OTEL_EXPORTER_OTLP_ENDPOINT', Value: 'http://localhost:4317' },
            { Name: 'OTEL_TRACES_SAMPLER', Value: 'traceidratio' },
            { Name: 'OTEL_TRACES_SAMPLER_ARG', Value: '0.05' },
            { Name: 'OTEL_SERVICE_NAME', Value: 'sandbox-api' },
            { Name: 'PORT', Value: '5001' },
          ],
        },
      },
    });
  });

  test('a private API has no public address and no web ACL; the web reaches it through the VPC', () => {
    const network = (app: string) =>
      one(live.services, 'AppRunner::Service', `Services${app}`).Properties['NetworkConfiguration'];
    expect(network('api')).toMatchObject({
      IngressConfiguration: { IsPubliclyAccessible: false },
      EgressConfiguration: { EgressType: 'DEFAULT' },
    });
    expect(network('web')).toMatchObject({
      IngressConfiguration: { IsPubliclyAccessible: true },
      EgressConfiguration: { EgressType: 'VPC' },
    });
    expect(resourcesOf(live.services, 'AWS::WAFv2::WebACLAssociation').size).toBe(1);
    const url = JSON.stringify(one(live.services, 'AppRunner::Service', 'Servicesweb').Properties);
    expect(url).toContain('"Fn::GetAtt":["ServicesNetworkApi');
    expect(one(live.services, 'EC2::SecurityGroupIngress').Properties).toMatchObject({
      FromPort: 443,
      ToPort: 443,
      SourceSecurityGroupId: expect.anything() as unknown,
    });
  });

  test('where there is a collector beside the service, it may send traces to X-Ray, and elsewhere nobody may', () => {
    const actionsOf = (template: Template, role: string): readonly string[] =>
      grantsOf(template, role)
        .map(([action]) => action)
        .filter((action) => action.startsWith('xray:'));
    expect(actionsOf(sandbox.services, 'ServiceswebInstanceRole')).toContain('xray:PutTraceSegments');
    expect(actionsOf(express.services, 'ServiceswebexpressTaskRole')).toEqual([]);
    expect(JSON.stringify(one(express.services, 'ECS::ExpressGatewayService', 'Serviceswebexpress'))).not.toContain(
      'OTEL_',
    );
  });

  test('on ECS Express Mode what starts a task reads the references, and the application does not', () => {
    const { PrimaryContainer, ScalingTarget, HealthCheckPath } = one(
      express.services,
      'ECS::ExpressGatewayService',
      'Serviceswebexpress',
    ).Properties as Record<string, Record<string, unknown>>;
    expect([HealthCheckPath, ScalingTarget]).toMatchObject(['/healthz', { MinTaskCount: 1, MaxTaskCount: 2 }]);
    const names = (PrimaryContainer?.['Secrets'] as { Name: string }[]).map(({ Name }) => Name);
    expect(names).toContain('WEB_CLIENT_SECRET');
    const reads = (role: string) =>
      grantsOf(express.services, role).filter(([action]) => /^(secretsmanager|ssm):/.test(action));
    expect(reads('ServiceswebexpressExecutionRole')).toHaveLength(2);
    expect(reads('ServiceswebexpressTaskRole')).toEqual([]);
    expect(actionsOn(grantsOf(express.services, 'ServiceswebexpressTaskRole'), 'TablesSessions')).toEqual(ITEM_ACTIONS);
  });
});

describe('the data', () => {
  test.each([
    ['a sandbox can be deleted whole', sandbox, 'Delete', false],
    ['production stays', live, 'Retain', true],
  ] as const)('of %s', (...[, { data }, policy, isProtected]) => {
    const kept = Object.values(data.Resources).filter(({ Type }) => /DynamoDB|SecretsManager|KMS::Key/.test(Type));
    const policies = kept.map((resource) => (resource as unknown as Record<string, unknown>)['DeletionPolicy']);
    expect(new Set(policies)).toEqual(new Set([policy]));
    expect(one(data, 'DynamoDB::Table', 'TablesPolicies').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: isProtected,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: isProtected },
    });
  });

  test.each([
    ['sandbox', undefined, false],
    ['production', production, true],
  ] as const)('the stacks of %s are protected or not', (...[, edit, isProtected]) => {
    const assembly = hostingApp(edit).synth();
    const stacks = HOSTING_KINDS.map((role) => assembly.getStackByName(stackName('sandbox', role)));
    expect(stacks.map(({ terminationProtection }) => terminationProtection ?? false)).toEqual([
      isProtected,
      isProtected,
    ]);
  });

  test('sessions expire, and a key of its own rotates', () => {
    expect(one(sandbox.data, 'DynamoDB::Table', 'TablesSessions').Properties['TimeToLiveSpecification']).toEqual({
      AttributeName: 'expiresAt',
      Enabled: true,
    });
    expect(resourcesOf(sandbox.data, 'AWS::KMS::Key').size).toBe(0);
    expect(one(live.data, 'KMS::Key').Properties['EnableKeyRotation']).toBe(true);
  });

  test('alarms go to the addresses of the estate, over TLS', () => {
    expect(one(sandbox.data, 'SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'platform@insurance.example.com',
    });
    expect(JSON.stringify(one(sandbox.data, 'SNS::TopicPolicy'))).toContain('"aws:SecureTransport":"false"');
  });
});

describe('the firewall', () => {
  const rulesOf = (id: string): readonly (readonly [unknown, unknown])[] => {
    const { Rules } = one(sandbox.services, 'WAFv2::WebACL', id).Properties as {
      Rules: { Name: string; Statement: Record<string, { Limit?: number; Name?: string; Size?: number }> }[];
    };
    return Rules.map(({ Name, Statement }) => {
      const [first] = Object.values(Statement);
      return [Name, first?.Limit ?? first?.Name ?? first?.Size] as const;
    });
  };

  test('limits customers by their address, and the web by the token of each customer', () => {
    const common = [
      ['BodySize', 8192],
      ['KnownBadInputs', 'AWSManagedRulesKnownBadInputsRuleSet'],
      ['Common', 'AWSManagedRulesCommonRuleSet'],
    ];
    expect(rulesOf('Firewallsweb')).toEqual([['RateOfAddress', 1000], ...common, ['LongQuery', undefined]]);
    expect(rulesOf('Firewallsapi')).toEqual([['RateOfToken', 1000], ['RateOfAddress', 20_000], ...common]);
  });

  test.each(['Firewallsweb', 'Firewallsapi'])('%s logs neither tokens, cookies nor queries', (id) => {
    expect(one(sandbox.services, 'WAFv2::LoggingConfiguration', id).Properties['RedactedFields']).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'cookie' } },
      { QueryString: {} },
    ]);
  });
});

test('the logs that App Runner makes itself end as the estate says, with their names', () => {
  const found = Object.values(sandbox.services.Resources).filter(({ Type }) => Type === 'Custom::LogRetention');
  const service = (app: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^Services${app}`), 'ServiceId'] });
  const group = (app: string, kind: string) => ({
    'Fn::Join': ['', [`/aws/apprunner/sandbox-${app}/`, service(app), `/${kind}`]],
  });
  expect(found.map(({ Properties }) => [Properties['LogGroupName'], Properties['RetentionInDays']])).toEqual(
    ['api', 'web'].flatMap((app) => ['application', 'service'].map((kind) => [group(app, kind), 30])),
  );
  expect(Object.values(express.services.Resources).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
});

describe('monitoring', () => {
  test.each([
    ['App Runner', sandbox, ['api', 'api', 'api', 'web', 'web', 'web']],
    [
      'ECS Express Mode, which counts unhealthy tasks',
      express,
      ['api', 'api', 'api', 'api', 'web', 'web', 'web', 'web'],
    ],
  ])('on %s every alarm tells the topic, and the dashboard shows it', (...[, { services }, apps]) => {
    const alarms = [...resourcesOf(services, 'AWS::CloudWatch::Alarm')];
    const owners = alarms.flatMap(([id]) => /^Monitoring(api|web)/.exec(id)?.[1] ?? []);
    expect(owners.toSorted()).toEqual(apps);
    expect(alarms.filter(([id]) => id.startsWith('MonitoringTables'))).toHaveLength(2);
    const silent = alarms.filter(
      ([, { Properties }]) => !JSON.stringify(Properties['AlarmActions']).includes('Alarms'),
    );
    expect(silent).toEqual([]);
    const dashboard = JSON.stringify(one(services, 'CloudWatch::Dashboard').Properties);
    const shown = alarms.filter(([id]) => dashboard.includes(id)).map(([id]) => id);
    expect(alarms.map(([id]) => id).filter((id) => !shown.includes(id))).toEqual([
      expect.stringMatching(/^MonitoringRedeploymentFailed/),
    ]);
  });

  test.each([
    ['App Runner', sandbox, 'apprunner:StartDeployment', /aws-sdk:apprunner:startDeployment/],
    ['ECS Express Mode', express, 'ecs:UpdateService', /aws-sdk:ecs:updateService[^]*"ForceNewDeployment\\?":true/],
  ])(
    'on %s a role starts both services anew that can do nothing else with them',
    (...[, { services }, action, call]) => {
      const grants = grantsOf(services, 'MonitoringRedeploymentMachineRole');
      const onServices = grants.filter(([one]) => !/^(logs|xray):/.test(one));
      expect(onServices.map(([one]) => one)).toEqual([action]);
      expect(onServices[0]?.[1]).toMatch(/Servicesapi[^]*ServiceArn[^]*Servicesweb[^]*ServiceArn/);
      const { DefinitionString } = one(services, 'StepFunctions::StateMachine', 'MonitoringRedeployment').Properties;
      expect(JSON.stringify(DefinitionString)).toMatch(call);
    },
  );

  test.each([
    ['App Runner', sandbox],
    ['ECS Express Mode', express],
  ])('on %s a handoff and changed session keys start them anew', (...[, { services }]) => {
    const [handoff, keys] = ['Rule', 'Keys'].map((rule) =>
      one(services, 'Events::Rule', `MonitoringRedeployment${rule}`),
    );
    expect(keys?.Properties['Targets']).toEqual([
      expect.objectContaining({ Arn: (handoff?.Properties['Targets'] as { Arn: unknown }[])[0]?.Arn }),
    ]);
  });

  test.each([
    ['App Runner', sandbox],
    ['ECS Express Mode', express],
  ])('on %s passing errors are tried again, and one service does not stop the other', (...[, { services }]) => {
    const machine = one(services, 'StepFunctions::StateMachine', 'MonitoringRedeployment');
    const { States } = JSON.parse(String(asDeployed(machine.Properties['DefinitionString']))) as Definition;
    const branches = States['All']?.Branches ?? [];
    const calls = branches.flatMap((branch) => Object.values(branch.States)).filter(({ Type }) => Type === 'Task');
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(call.Retry?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 8 });
      expect(call.Catch?.map(({ ErrorEquals }) => ErrorEquals)).toEqual([['States.ALL']]);
    }
    expect(States['Restarted']?.Choices).toEqual([
      { Or: [0, 1].map((branch) => ({ Variable: `$[${branch}].failed`, IsPresent: true })), Next: 'NotRestarted' },
    ]);
    expect(States['NotRestarted']?.Type).toBe('Fail');
  });

  test('an operation on App Runner that fails is told to the topic', () => {
    const { EventPattern, Targets } = one(sandbox.services, 'Events::Rule', 'MonitoringFailures').Properties;
    expect(EventPattern).toMatchObject({ source: ['aws.apprunner'] });
    expect(JSON.stringify(Targets)).toContain('Alarms');
  });
});

describe('a domain', () => {
  test('is associated with the web, and an alias of App Runner’s zone leads there', () => {
    const association = Object.values(domain.services.Resources).find(({ Type }) => Type === 'Custom::AppRunnerDomain');
    expect(association?.Properties).toMatchObject({
      ServiceArn: { 'Fn::GetAtt': [expect.stringMatching(/^Servicesweb/), 'ServiceArn'] },
      DomainName: 'claims.example.com',
      HostedZoneId: 'Z0123456789ABCDEFGHIJ',
    });
    expect(one(domain.services, 'Route53::RecordSet').Properties).toMatchObject({
      Name: 'claims.example.com',
      Type: 'A',
      AliasTarget: { HostedZoneId: 'Z087551914Z2PCAU0QHMW' },
    });
  });

  test('may touch domains of this one service, and records that prove ownership', () => {
    const { PolicyDocument } = one(domain.services, 'IAM::Policy', 'DomainIsCompleteRole').Properties as {
      PolicyDocument: { Statement: unknown[] };
    };
    expect(PolicyDocument.Statement).toContainEqual({
      Action: 'route53:ChangeResourceRecordSets',
      Effect: 'Allow',
      Resource: 'arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ',
      Condition: {
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'] },
        'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_*.example.com'] },
      },
    });
    expect(PolicyDocument.Statement).toContainEqual({
      Action: [
        'apprunner:AssociateCustomDomain',
        'apprunner:DescribeCustomDomains',
        'apprunner:DisassociateCustomDomain',
      ],
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Servicesweb/), 'ServiceArn'] },
    });
  });

  test('is the address of the web, in its environment and in the output', () => {
    expect(JSON.stringify(one(domain.services, 'AppRunner::Service', 'Servicesweb').Properties)).toContain(
      '{"Name":"BASE_URL","Value":"https://claims.example.com"}',
    );
    const { Outputs } = domain.services as unknown as { Outputs: Record<string, { Value: unknown }> };
    expect(Outputs['WebUrl']?.Value).toBe('https://claims.example.com');
  });

  test('in a region whose zone is not known can not be made', () => {
    const create = () =>
      new CustomDomain(new Stack(), 'Domain', {
        domain: { at: [], name: 'claims.example.com', hostedZone: { id: 'Z1', name: 'example.com' } },
        serviceArn: 'arn',
        region: 'eu-north-1',
        logRetentionDays: 30,
      });
    expect(create).toThrow('no hosted zone of App Runner in eu-north-1 is known');
  });
});

test('CloudWatch uses a key of the estate for alarms of its account alone', () => {
  const { KeyPolicy } = one(live.data, 'KMS::Key').Properties as { KeyPolicy: { Statement: readonly object[] } };
  const uses = KeyPolicy.Statement.filter((statement) =>
    JSON.stringify(statement).includes('cloudwatch.amazonaws.com'),
  );
  expect(uses.length).toBeGreaterThan(0);
  for (const use of uses) {
    expect(use).toMatchObject({ Condition: { StringEquals: { 'aws:SourceAccount': '210000000011' } } });
  }
});
