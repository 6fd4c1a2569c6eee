import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { HostingEntry } from '../../../src/estate/sections/hosting/schema';
import { expressMode, plainTemplates, production, withDomain } from '../../support/hosting';
import type { Template } from '../../support/templates';

type Edit = (hosting: HostingEntry) => void;

/** Effects of an edit on the resources of both stacks: `replace AWS::AppRunner::Service`, sorted, with how many. */
function impactOf(before: Edit | undefined, after: Edit): Readonly<Record<string, number>> {
  const [old, now] = [plainTemplates(before), plainTemplates(after)];
  const lines = [...linesOf(old.data, now.data), ...linesOf(old.services, now.services)].toSorted();
  return Object.fromEntries([...Map.groupBy(lines, (line) => line)].map(([line, same]) => [line, same.length]));
}

const VERBS: Readonly<Partial<Record<ResourceImpact, string>>> = {
  [ResourceImpact.WILL_CREATE]: 'create',
  [ResourceImpact.WILL_UPDATE]: 'update',
  [ResourceImpact.WILL_REPLACE]: 'replace',
  [ResourceImpact.MAY_REPLACE]: 'may replace',
  [ResourceImpact.WILL_DESTROY]: 'destroy',
  [ResourceImpact.WILL_ORPHAN]: 'orphan',
};

function linesOf(old: Template, now: Template): readonly string[] {
  const { changes } = fullDiff({ ...old }, { ...now }).resources;
  return Object.values(changes).flatMap(({ changeImpact, resourceType = '' }) =>
    VERBS[changeImpact] === undefined ? [] : [`${VERBS[changeImpact]} ${resourceType.replace(/^AWS::/, '')}`],
  );
}

const SERVICE = 'AppRunner::Service';

/** Edits that a team makes in an ordinary week. None of them may give a service another address or touch data. */
test.each<[string, Edit, Readonly<Record<string, number>>]>([
  ['nothing', () => undefined, {}],
  [
    'another size',
    ({ web }) => {
      if (web) Object.assign(web, { cpu: 1024, memory: 2048 });
    },
    { [`update ${SERVICE}`]: 1 },
  ],
  [
    // A scaling configuration can't be changed: App Runner keeps each as a revision, and the service takes the new one.
    'other scaling',
    ({ api }) => {
      if (api) Object.assign(api, { maxInstances: 5, concurrency: 20 });
    },
    { 'replace AppRunner::AutoScalingConfiguration': 1 },
  ],
  [
    'another address',
    (hosting) => {
      hosting.url = 'https://portal.example.com';
    },
    { [`update ${SERVICE}`]: 1 },
  ],
  [
    'another limit of requests',
    (hosting) => {
      hosting.waf = { rateLimit: 500 };
    },
    { 'update WAFv2::WebACL': 2 },
  ],
  [
    'another address for alarms',
    (hosting) => {
      hosting.alarms = { emails: ['platform@insurance.example.com', 'ops@insurance.example.com'] };
    },
    { 'create SNS::Subscription': 1 },
  ],
  [
    'longer logs',
    (hosting) => {
      hosting.logRetentionDays = 90;
    },
    { 'update Logs::LogGroup': 3 },
  ],
])('%s', (_what, edit, expected) => {
  expect(impactOf(undefined, edit)).toEqual(expected);
});

test('a key of one’s own replaces both services, and no table', () => {
  const impact = impactOf(undefined, (hosting) => {
    hosting.kmsKeys = 'customer';
  });
  expect(impact).toMatchInlineSnapshot(`
    {
      "create KMS::Key": 1,
      "replace AppRunner::Service": 2,
      "replace WAFv2::WebACLAssociation": 2,
      "update DynamoDB::Table": 2,
      "update IAM::Policy": 2,
      "update SNS::Topic": 1,
      "update SecretsManager::Secret": 2,
    }
  `);
});

test('production keeps the services, the tables and the secrets of a sandbox', () => {
  const impact = impactOf(undefined, (hosting) => {
    hosting.environment = 'production';
    hosting.kmsKeys = 'aws-owned';
  });
  expect(impact).toMatchInlineSnapshot(`
    {
      "update DynamoDB::Table": 2,
      "update Logs::LogGroup": 3,
      "update SecretsManager::Secret": 2,
    }
  `);
});

test('ECS Express Mode takes the place of App Runner; tables and secrets stay', () => {
  expect(impactOf(undefined, expressMode)).toMatchInlineSnapshot(`
    {
      "create CloudWatch::Alarm": 2,
      "create ECS::Cluster": 2,
      "create ECS::ExpressGatewayService": 2,
      "create IAM::Policy": 4,
      "create IAM::Role": 6,
      "create Logs::LogGroup": 2,
      "destroy AppRunner::AutoScalingConfiguration": 2,
      "destroy AppRunner::ObservabilityConfiguration": 2,
      "destroy AppRunner::Service": 2,
      "destroy Custom::LogRetention": 4,
      "destroy IAM::Policy": 5,
      "destroy IAM::Role": 5,
      "destroy Lambda::Function": 1,
      "destroy Logs::LogGroup": 1,
      "destroy WAFv2::LoggingConfiguration": 1,
      "destroy WAFv2::WebACL": 1,
      "destroy WAFv2::WebACLAssociation": 1,
      "replace WAFv2::WebACLAssociation": 1,
      "update CloudWatch::Alarm": 6,
      "update CloudWatch::Dashboard": 1,
      "update Events::Rule": 1,
      "update IAM::Policy": 1,
      "update StepFunctions::StateMachine": 1,
      "update WAFv2::WebACL": 1,
    }
  `);
});

test('no resource changes its type, which CloudFormation would refuse', () => {
  const [old, now] = [plainTemplates().services.Resources, plainTemplates(expressMode).services.Resources];
  const changed = Object.keys(old).filter((id) => now[id] !== undefined && now[id].Type !== old[id]?.Type);
  expect(changed).toEqual([]);
});

test('a private API', () => {
  const impact = impactOf(undefined, (hosting) => {
    production(hosting);
    hosting.environment = 'sandbox';
  });
  expect(impact).toMatchInlineSnapshot(`
    {
      "create AppRunner::VpcConnector": 1,
      "create AppRunner::VpcIngressConnection": 1,
      "create EC2::SecurityGroup": 2,
      "create EC2::SecurityGroupEgress": 1,
      "create EC2::SecurityGroupIngress": 1,
      "create EC2::VPCEndpoint": 1,
      "destroy Logs::LogGroup": 1,
      "destroy WAFv2::LoggingConfiguration": 1,
      "destroy WAFv2::WebACL": 1,
      "destroy WAFv2::WebACLAssociation": 1,
      "replace AppRunner::AutoScalingConfiguration": 2,
      "update AppRunner::Service": 2,
    }
  `);
});

test('a domain is added beside the service, and goes without it', () => {
  const created = impactOf(undefined, withDomain);
  expect(created).toMatchInlineSnapshot(`
    {
      "create Custom::AppRunnerDomain": 1,
      "create IAM::Policy": 6,
      "create IAM::Role": 6,
      "create Lambda::Function": 5,
      "create Logs::LogGroup": 3,
      "create Route53::RecordSet": 1,
      "create StepFunctions::StateMachine": 1,
    }
  `);
  expect(Object.keys(impactOf(withDomain, () => undefined)).filter((line) => !line.startsWith('destroy'))).toEqual([]);
});

test('another account or region has templates of its own', () => {
  const impact = impactOf(undefined, (hosting) => {
    hosting.region = 'eu-central-1';
  });
  expect(Object.keys(impact).filter((line) => line.includes('replace') || line.startsWith('destroy'))).toEqual([]);
});
