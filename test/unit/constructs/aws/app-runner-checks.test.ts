import { App, Stack } from 'aws-cdk-lib';
import type { CfnServiceProps } from 'aws-cdk-lib/aws-apprunner';
import { CfnService } from 'aws-cdk-lib/aws-apprunner';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { acknowledge } from '../../../../constructs/aws/acknowledge';
import { APP_RUNNER_RULES, AppRunnerChecks } from '../../../../constructs/aws/checks/app-runner-checks';
import { temporaryFolder } from '../../../support/templates';

const outdir = temporaryFolder();

/** A private service that breaks no rule. */
const SOUND: CfnServiceProps = {
  serviceName: 'claims',
  sourceConfiguration: {
    autoDeploymentsEnabled: false,
    imageRepository: {
      imageIdentifier: 'image',
      imageRepositoryType: 'ECR',
      imageConfiguration: {
        runtimeEnvironmentVariables: [{ name: 'SESSIONS_TABLE', value: 'sessions' }],
        runtimeEnvironmentSecrets: [{ name: 'WEB_CLIENT_SECRET', value: 'arn:aws:secretsmanager:…' }],
      },
    },
  },
  instanceConfiguration: { instanceRoleArn: 'arn:aws:iam::210000000011:role/claims' },
  healthCheckConfiguration: { protocol: 'HTTP', path: '/healthz' },
  observabilityConfiguration: { observabilityEnabled: true, observabilityConfigurationArn: 'arn' },
  autoScalingConfigurationArn: 'arn',
  networkConfiguration: { ingressConfiguration: { isPubliclyAccessible: false } },
};

interface Given {
  readonly props: CfnServiceProps;
  readonly stackTags?: Readonly<Record<string, string>>;
  readonly hasFirewall?: boolean;
  readonly acknowledged?: string;
}

/** Ids of the rules that a service breaks. */
function brokenBy({ props, stackTags, hasFirewall = false, acknowledged }: Given): readonly string[] {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Stack', stackTags && { tags: { ...stackTags } });
  const service = new CfnService(stack, 'Service', props);
  if (hasFirewall) new CfnWebACLAssociation(stack, 'Acl', { resourceArn: service.attrServiceArn, webAclArn: 'arn' });
  if (acknowledged !== undefined) {
    acknowledge(service, { [acknowledged]: 'Agreed with the security team.' });
  }
  const { violations } = new AppRunnerChecks().validateScope(app);
  return violations.map(({ ruleName }) => ruleName);
}

const PUBLIC = { ingressConfiguration: { isPubliclyAccessible: true } };
const withVariable = (name: string): CfnServiceProps => ({
  ...SOUND,
  sourceConfiguration: {
    autoDeploymentsEnabled: false,
    imageRepository: {
      imageIdentifier: 'image',
      imageRepositoryType: 'ECR',
      imageConfiguration: { runtimeEnvironmentVariables: [{ name, value: 'x' }] },
    },
  },
});
const without = (key: keyof CfnServiceProps): CfnServiceProps =>
  Object.fromEntries(Object.entries(SOUND).filter(([name]) => name !== key)) as unknown as CfnServiceProps;

test('a sound service breaks none', () => {
  expect(brokenBy({ props: SOUND })).toEqual([]);
});

test('a public one with a web ACL breaks none', () => {
  expect(brokenBy({ props: { ...SOUND, networkConfiguration: PUBLIC }, hasFirewall: true })).toEqual([]);
});

const FAULTS: readonly (readonly [rule: string, what: string, given: Given])[] = [
  ['AR1', 'tags', { props: { ...SOUND, tags: [{ key: 'team', value: 'claims' }] } }],
  ['AR1', 'tags of the stack', { props: SOUND, stackTags: { team: 'claims' } }],
  ['AR2', 'no name', { props: without('serviceName') }],
  ['AR3', 'a password in a variable', { props: withVariable('DATABASE_PASSWORD') }],
  ['AR3', 'keys in a variable', { props: withVariable('SESSION_KEYS') }],
  ['AR4', 'no instance role', { props: { ...SOUND, instanceConfiguration: { cpu: '256' } } }],
  ['AR5', 'a health check over TCP', { props: { ...SOUND, healthCheckConfiguration: { protocol: 'TCP' } } }],
  ['AR5', 'no health check', { props: without('healthCheckConfiguration') }],
  ['AR6', 'no traces', { props: { ...SOUND, observabilityConfiguration: { observabilityEnabled: false } } }],
  [
    'AR7',
    'deployments by themselves',
    { props: { ...SOUND, sourceConfiguration: { ...SOUND.sourceConfiguration, autoDeploymentsEnabled: true } } },
  ],
  ['AR8', 'the default scaling', { props: without('autoScalingConfigurationArn') }],
  ['AR9', 'no web ACL in public', { props: { ...SOUND, networkConfiguration: PUBLIC } }],
  ['AR9', 'no word on being public, which is public', { props: without('networkConfiguration') }],
];

test.each(FAULTS)('%s is broken by %s', (rule, _what, given) => {
  expect(brokenBy(given)).toEqual([`AppRunner-${rule}`]);
});

test.each(FAULTS)('%s that is acknowledged is silent: %s', (rule, _what, given) => {
  expect(brokenBy({ ...given, acknowledged: `AppRunner-${rule}` })).toEqual([]);
});

test('every rule is broken by a test', () => {
  const ids = Object.values(APP_RUNNER_RULES).map(({ id }) => id);
  expect(new Set(FAULTS.map(([rule]) => rule))).toEqual(new Set(ids));
});

test('a table with a key is no secret: names of variables are not taken for more than they are', () => {
  expect(brokenBy({ props: withVariable('POLICIES_TABLE') })).toEqual([]);
});
