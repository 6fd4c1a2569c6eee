import { App } from 'aws-cdk-lib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../../../constructs/aws/access/kept';
import { withMovedReferences } from '../../../constructs/aws/checks/template-validation';
import { VALIDATOR } from '../../../constructs/aws/checks/validator';
import { Resources } from '../../../stacks/resource-types.json';
import { ValidatorProcess } from '../../../stacks/validator-process';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const folder = temporaryFolder();
const validator = new ValidatorProcess();
afterAll(() => {
  validator.end();
});

/** Where a stack without an environment is deployed. */
const UNKNOWN = { accountId: undefined, region: undefined };

/** What a plug-in is given: one template with a permission set. */
function contextOf(sessionDuration: string) {
  const templatePath = join(folder, `${sessionDuration}.json`);
  const properties = { InstanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', Name: 'Set' };
  const set = { Type: 'AWS::SSO::PermissionSet', Properties: { ...properties, SessionDuration: sessionDuration } };
  writeFileSync(templatePath, JSON.stringify({ Resources: { Set: set } }));
  return {
    appConstruct: new App({ outdir: folder, analyticsReporting: false }),
    templatePaths: [templatePath],
    stackTemplates: [{ stackConstructPath: 'Access', templatePath, ...UNKNOWN }],
  };
}

test.each(['PT8H', 'eight hours'])('a process finds what the validator finds in a set of %s', (duration) => {
  const context = contextOf(duration);
  expect(validator.ask(context)()).toEqual(VALIDATOR.ask(context)());
  expect(validator.version).toBe(VALIDATOR.version);
});

test('each question has its own answer, in whichever order answers are taken', () => {
  const [faulty, right] = [contextOf('eight hours'), contextOf('PT8H')];
  const [first, second] = [validator.ask(faulty), validator.ask(right)];
  expect(validator.version).toBe(VALIDATOR.version);
  expect(second()).toEqual([]);
  expect(first()).toEqual(VALIDATOR.ask(faulty)());
});

test('a template that is not there fails, and the process goes on', () => {
  const context = contextOf('PT8H');
  const missing = { stackConstructPath: 'Access', templatePath: join(folder, 'missing.json'), ...UNKNOWN };
  expect(() => validator.ask({ ...context, stackTemplates: [missing] })()).toThrow('missing.json');
  expect(validator.ask(context)()).toEqual([]);
});

test('rules are loaded before for every type that the sandbox has', () => {
  const types = synthesizeEstate(planFiles(sandboxFiles())).templates.flatMap(({ template }) =>
    Object.values(template['Resources'] ?? {}).map((resource: { readonly Type: string }) => resource.Type),
  );
  const loaded: readonly string[] = Object.values(Resources).map(({ Type }) => Type);
  const others = types.filter((type) => !loaded.includes(type));
  expect(new Set(others)).toEqual(new Set());
});

const ARN = 'arn:aws:apprunner:eu-west-1:100000000001';

/** Ways to name the configurations of a service: five that are right, five that are wrong. */
const CONFIGURED: readonly (readonly unknown[])[] = [
  [],
  [
    { 'Fn::GetAtt': ['Scaling', 'AutoScalingConfigurationArn'] },
    { 'Fn::GetAtt': ['Traces', 'ObservabilityConfigurationArn'] },
  ],
  [{ Ref: 'Scaling' }, { 'Fn::ImportValue': 'traces' }, { 'Fn::GetAtt': ['Connector', 'VpcConnectorArn'] }],
  [`${ARN}:autoscalingconfiguration/web/1/0123456789abcdef0123456789abcdef`],
  [undefined, undefined, `${ARN}:vpcconnector/web/1/0123456789abcdef0123456789abcdef`],
  [{ Ref: 'Missing' }],
  [undefined, { 'Fn::GetAtt': ['Traces', 'Missing'] }],
  [undefined, undefined, { 'Fn::GetAtt': ['Missing', 'VpcConnectorArn'] }],
  ['arn:aws:s3:::bucket'],
  [undefined, undefined, 'no ARN'],
];

const SOURCE = { ImageRepository: { ImageIdentifier: 'public.ecr.aws/x/y:1', ImageRepositoryType: 'ECR_PUBLIC' } };

/** The rest of a service: one that is right, four that are wrong. */
const SERVICES: readonly Readonly<Record<string, unknown>>[] = [
  { ServiceName: 'claims-web', SourceConfiguration: SOURCE },
  { ServiceName: 'x', SourceConfiguration: SOURCE },
  {
    SourceConfiguration: {
      ImageRepository: { ImageIdentifier: 'public.ecr.aws/x/y:1', ImageRepositoryType: 'DOCKER' },
    },
  },
  { ServiceName: 'claims-web' },
  { SourceConfiguration: SOURCE, HealthCheckConfiguration: { Protocol: 'HTTP', Interval: 'often' }, Cpus: 2 },
];

test('of 50 services the same are found right and wrong with references moved out of the way of slow patterns', () => {
  const verdicts = SERVICES.flatMap((service, row) =>
    CONFIGURED.map(([AutoScalingConfigurationArn, ObservabilityConfigurationArn, VpcConnectorArn], column) => {
      const properties = {
        ...service,
        AutoScalingConfigurationArn,
        ...(ObservabilityConfigurationArn !== undefined && {
          ObservabilityConfiguration: { ObservabilityEnabled: true, ObservabilityConfigurationArn },
        }),
        ...(VpcConnectorArn !== undefined && {
          NetworkConfiguration: { EgressConfiguration: { EgressType: 'VPC', VpcConnectorArn } },
        }),
      };
      const template: Template = {
        Resources: {
          Scaling: { Type: 'AWS::AppRunner::AutoScalingConfiguration', Properties: {} },
          Traces: { Type: 'AWS::AppRunner::ObservabilityConfiguration', Properties: {} },
          Connector: { Type: 'AWS::AppRunner::VpcConnector', Properties: { Subnets: ['subnet-0123456789abcdef0'] } },
          Service: { Type: 'AWS::AppRunner::Service', Properties: properties },
        },
      };
      const passes = (one: Template, name: string): boolean => {
        const templatePath = join(folder, `${name}-${row}-${column}.json`);
        writeFileSync(templatePath, JSON.stringify(one));
        const stackTemplates = [{ stackConstructPath: 'Hosting', templatePath, ...UNKNOWN }];
        return validator.ask({ stackTemplates })().length === 0;
      };
      return { whole: passes(template, 'whole'), moved: passes(withMovedReferences(template), 'moved') };
    }),
  );
  expect(verdicts.map(({ moved }) => moved)).toEqual(verdicts.map(({ whole }) => whole));
  expect(new Set(verdicts.map(({ whole }) => whole))).toEqual(new Set([true, false]));
});
