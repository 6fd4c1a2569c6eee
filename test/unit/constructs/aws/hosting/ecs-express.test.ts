import { expressMode, expressProduction, ownSubnets, plainTemplates } from '../../../../support/hosting';
import type { Template } from '../../../../support/templates';
import { resourcesOf } from '../../../../support/templates';
import { type AclRule, judge, type WebRequest } from '../../../../support/web-acl';

const inDefaultVpc = plainTemplates(expressMode).services;
const inSubnets = plainTemplates(ownSubnets).services;
const withPrivateApi = plainTemplates(expressProduction).services;

const servicesOf = (template: Template): Readonly<Record<string, unknown>> =>
  Object.fromEntries<unknown>(
    [...resourcesOf(template, 'AWS::ECS::ExpressGatewayService').values()].map(({ Properties }) => [
      String(Properties['ServiceName']),
      Properties['NetworkConfiguration'],
    ]),
  );

test('without a network both services are in the default VPC', () => {
  expect(servicesOf(inDefaultVpc)).toEqual({ 'sandbox-web': undefined, 'sandbox-api': undefined });
});

test('a public API is in the subnets of the web, with its security groups', () => {
  const network = { Subnets: ['subnet-2a1b2c3d', 'subnet-3a1b2c3d'], SecurityGroups: ['sg-0a1b2c3d'] };
  expect(servicesOf(inSubnets)).toEqual({ 'sandbox-web': network, 'sandbox-api': network });
});

test('a private API is in private subnets, and the web alone has a web ACL', () => {
  const groups = { SecurityGroups: ['sg-0a1b2c3d'] };
  expect(servicesOf(withPrivateApi)).toEqual({
    'sandbox-web': { Subnets: ['subnet-2a1b2c3d', 'subnet-3a1b2c3d'], ...groups },
    'sandbox-api': { Subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], ...groups },
  });
  expect(associationsOf(withPrivateApi)).toHaveLength(1);
  expect(Object.values(withPrivateApi.Resources).filter(({ Type }) => Type.startsWith('AWS::EC2::'))).toEqual([]);
});

test('a cluster of its own has the capacity provider by which Express Mode starts tasks', () => {
  const clusters = [...resourcesOf(inSubnets, 'AWS::ECS::Cluster').values()];
  expect(clusters.map(({ Properties }) => Properties['CapacityProviders'])).toEqual([['FARGATE'], ['FARGATE']]);
});

test('the load balancer that both services share has one web ACL', () => {
  expect(associationsOf(inSubnets)).toHaveLength(1);
  expect(resourcesOf(inSubnets, 'AWS::WAFv2::WebACL').size).toBe(1);
});

const WEB = 'web.ecs.eu-west-1.on.aws';
const API = 'api.ecs.eu-west-1.on.aws';
/** The template has the name of the API as an attribute of its service. */
const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value).includes('Servicesapiexpress') ? API : WEB;
const sentTo = (template: Template, request: WebRequest) => judge(rulesOf(template), request, nameOf);
const TOKEN = { authorization: 'Bearer x' };
const LONG = 'c'.repeat(2049);

test.each<{ readonly what: string; readonly request: WebRequest; readonly counted: string; readonly by?: string }>([
  { what: 'a page', request: { host: WEB, path: '/policy' }, counted: 'RateOfAddress' },
  {
    what: 'a call of the API',
    request: { host: API, path: '/policy', headers: TOKEN },
    counted: 'ApiRateOfToken ApiRateOfAddress',
  },
  {
    what: 'a call of the API by its name in capitals',
    request: { host: API.toUpperCase(), path: '/policy', headers: TOKEN },
    counted: 'ApiRateOfToken ApiRateOfAddress',
  },
  {
    what: 'a call of the API without a token',
    request: { host: API, path: '/policy' },
    counted: 'ApiRateOfToken ApiRateOfAddress',
    by: 'ApiToken',
  },
  {
    what: 'a scanner at the API',
    request: { host: API, path: '/wp-login.php' },
    counted: 'ApiRateOfToken ApiRateOfAddress',
    by: 'ApiToken',
  },
  { what: 'a health check', request: { host: API, path: '/readyz' }, counted: 'ApiRateOfToken ApiRateOfAddress' },
  { what: 'a sign-in', request: { host: WEB, path: '/auth/callback', query: LONG }, counted: 'RateOfAddress' },
  {
    what: 'a second factor',
    request: { host: WEB, path: '/auth/callback/mfa', query: LONG },
    counted: 'RateOfAddress',
  },
  {
    what: 'a long query elsewhere',
    request: { host: WEB, path: '/policy', query: LONG },
    counted: 'RateOfAddress',
    by: 'LongQuery',
  },
  {
    what: 'a long query below a callback',
    request: { host: WEB, path: '/auth/callback/x', query: LONG },
    counted: 'RateOfAddress',
    by: 'LongQuery',
  },
])('the web ACL counts $what for its service: $counted, blocked by $by', ({ request, counted, by }) => {
  expect(sentTo(inSubnets, request)).toEqual({ counted: counted.split(' '), blockedBy: by });
});

test('with a private API the web ACL is for the web, whatever it is called', () => {
  expect(sentTo(withPrivateApi, { host: API, path: '/policy' })).toEqual({
    counted: ['RateOfAddress'],
    blockedBy: undefined,
  });
});

test('alarms count what both target groups answer, and the load balancer for them', () => {
  const alarms = [...resourcesOf(inSubnets, 'AWS::CloudWatch::Alarm')].filter(([id]) =>
    /^Monitoring(web|api)/.test(id),
  );
  const found = alarms.map(([id, { Properties }]) => {
    const metrics = Properties['Metrics'] as readonly { readonly Expression?: string; readonly MetricStat?: unknown }[];
    const groups = metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [JSON.stringify(MetricStat)]));
    return [
      id.replace(/[0-9A-F]{8}$/, ''),
      metrics.flatMap(({ Expression }) => Expression ?? []),
      groups.map(
        (text) =>
          /"Fn::Select":\[(\d),\{"Fn::GetAtt":\["\w+","ECSManagedResourceArns\.IngressPath\.TargetGroupArns/.exec(
            text,
          )?.[1],
      ),
    ];
  });
  const both = ['0', '1'];
  expect(Object.fromEntries(found.map(([id, ...rest]) => [id, rest]))).toEqual(
    Object.fromEntries(
      ['web', 'api'].flatMap((app) => [
        [
          `Monitoring${app}ServerErrors`,
          [['SUM([FILL(serverErrors0, 0), FILL(serverErrors1, 0), FILL(unanswered, 0)])'], [...both, undefined]],
        ],
        [`Monitoring${app}Down`, [['SUM([FILL(healthy0, 0), FILL(healthy1, 0)])'], both]],
        [`Monitoring${app}Latency`, [['1000 * MAX([FILL(seconds0, 0), FILL(seconds1, 0)])'], both]],
        [`Monitoring${app}Unhealthy`, [['SUM([FILL(unhealthy0, 0), FILL(unhealthy1, 0)])'], both]],
      ]),
    ),
  );
});

test('a deployment that is taken back is told to the topic', () => {
  const [failures] = [...resourcesOf(inSubnets, 'AWS::Events::Rule')].filter(([id]) =>
    id.startsWith('MonitoringFailures'),
  );
  expect(failures?.[1].Properties['EventPattern']).toMatchObject({
    source: ['aws.ecs'],
    'detail-type': ['ECS Deployment State Change'],
    detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    resources: [expect.anything(), expect.anything()],
  });
});

function associationsOf(template: Template): readonly unknown[] {
  return [...resourcesOf(template, 'AWS::WAFv2::WebACLAssociation').values()];
}

function rulesOf(template: Template): readonly AclRule[] {
  return [...resourcesOf(template, 'AWS::WAFv2::WebACL').values()].flatMap(
    ({ Properties }) => Properties['Rules'] as readonly AclRule[],
  );
}
