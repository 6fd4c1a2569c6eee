import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct, type IConstruct } from 'constructs';
import { APP_RUNNER_ZONES } from '../../../src/estate/sections/hosting/schema';
import type { CustomDomain as CustomDomainSettings } from '../../../src/estate/sections/hosting/hosting';
import { acknowledge, LAMBDA_LOGS, wildcard } from '../acknowledge';
import { lambdaFolder } from '../../../src/package/contents/files';
import { KeptLogs } from './kept-logs';

export interface CustomDomainProps {
  readonly domain: CustomDomainSettings;
  /** ARN of the App Runner service. */
  readonly serviceArn: string;
  /** Region of the service, one of `APP_RUNNER_ZONES`. */
  readonly region: string;
  readonly logRetentionDays: number;
}

/** CloudFormation waits an hour for a custom resource. */
const PATIENCE = Duration.minutes(55);
const LOOKS_EVERY = Duration.seconds(30);

/**
 * A domain of one's own for an App Runner service, which CloudFormation has no resource for: a custom resource associates
 * it, writes the records that prove it to be one's own, and waits for the certificate; an alias record leads to it.
 *
 * @throws Error if App Runner's hosted zone in the region is not known
 */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, props: CustomDomainProps) {
    super(scope, id);
    const { domain, serviceArn, region } = props;
    const zone = zoneOf(region);
    const provider = this.createProvider(props);
    acknowledgeProvider(this);
    const association = new CustomResource(this, 'Association', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::AppRunnerDomain',
      properties: { ServiceArn: serviceArn, DomainName: domain.name, HostedZoneId: domain.hostedZone.id },
    });
    new CfnRecordSet(this, 'Alias', {
      hostedZoneId: domain.hostedZone.id,
      name: domain.name,
      type: 'A',
      aliasTarget: {
        dnsName: association.getAttString('DnsTarget'),
        hostedZoneId: zone,
        evaluateTargetHealth: false,
      },
    });
  }

  private createProvider(props: CustomDomainProps): Provider {
    const { logRetentionDays: retentionDays } = props;
    return new Provider(this, 'Provider', {
      onEventHandler: this.createFunction('OnEvent', 'onEvent', props),
      isCompleteHandler: this.createFunction('IsComplete', 'isComplete', props),
      queryInterval: LOOKS_EVERY,
      totalTimeout: PATIENCE,
      logGroup: new KeptLogs(this, 'ProviderLogs', { retentionDays }),
    });
  }

  private createFunction(id: string, handler: 'onEvent' | 'isComplete', props: CustomDomainProps): Function {
    const logGroup = new KeptLogs(this, `${id}Logs`, { retentionDays: props.logRetentionDays });
    const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    if (handler === 'isComplete') for (const statement of statementsOf(props)) role.addToPolicy(statement);
    return new Function(this, id, {
      code: Code.fromAsset(lambdaFolder('custom-domain')),
      handler: `index.${handler}`,
      runtime: Runtime.NODEJS_24_X,
      memorySize: 256,
      timeout: Duration.minutes(1),
      logGroup,
      role,
    });
  }
}

/** Only the service's domains, and of the zone only the records that prove who owns a certificate. */
function statementsOf({ serviceArn, domain }: CustomDomainProps): readonly PolicyStatement[] {
  const { id, name } = domain.hostedZone;
  return [
    new PolicyStatement({
      actions: [
        'apprunner:AssociateCustomDomain',
        'apprunner:DescribeCustomDomains',
        'apprunner:DisassociateCustomDomain',
      ],
      resources: [serviceArn],
    }),
    new PolicyStatement({
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [`arn:aws:route53:::hostedzone/${id}`],
      conditions: {
        'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'] },
        'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': [`_*.${name}`] },
      },
    }),
  ];
}

function zoneOf(region: string): string {
  const zone = APP_RUNNER_ZONES.get(region);
  if (zone === undefined) throw new Error(`no hosted zone of App Runner in ${region} is known`);
  return zone;
}

/**
 * Acknowledges the rules that the CDK's provider framework breaks; `scope` has the provider and the functions that it
 * calls.
 */
function acknowledgeProvider(scope: IConstruct): void {
  const stack = Stack.of(scope);
  const functions = scope.node.findAll().filter((construct) => construct instanceof CfnFunction);
  const called = functions.map((one) => wildcard(`<${stack.getLogicalId(one)}.Arn>:*`));
  acknowledge(scope, {
    [LAMBDA_LOGS]: "The framework's own functions have it, which allows to write logs.",
    'AwsSolutions-SF1': 'It only waits; the functions that it calls log each step.',
    'AwsSolutions-SF2': 'The framework has no way to trace its state machine; it only waits.',
    ...Object.fromEntries(called.map((rule) => [rule, 'The framework calls this one function, of whatever version.'])),
  });
}
