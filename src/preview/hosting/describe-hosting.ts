import { APP_RUNNER_SOURCE } from '../../estate/sections/hosting/hosting-limits';
import { HOSTING_KINDS, stackName } from '../../estate/plan/stacks/stacks';
import type { Hosting, ServiceName, ServiceProperty } from '../../estate/sections/hosting/hosting';
import { PROTECTION } from '../../estate/sections/hosting/hosting';
import type { Side } from '../facts';
import type { Places } from '../places';
import { count, formatNumber } from '../blocks/text';
import type { HostingReport, ReportAddress, ReportService, ReportSetting } from './report-types';
import { describeTables, resourceCount } from './templates';

const SERVICES: readonly ServiceName[] = ['web', 'api'];

/** Describes the hosting section; undefined where the estate has none. */
export function describeHosting({ plan, synthesis }: Side, places: Places): HostingReport | undefined {
  const { hosting, name } = plan.estate;
  if (hosting === undefined) return undefined;
  const { environment, platform, account, region } = hosting;
  const templates = synthesis?.templates ?? [];
  return {
    environment,
    platform,
    account,
    region,
    place: places.of(hosting.at),
    address: describeAddress(hosting),
    services: SERVICES.map((app) => describeService(app, name, hosting)),
    tables: describeTables(templates),
    settings: describeSettings(hosting),
    notices: noticesOf(hosting),
    stacks: HOSTING_KINDS.map((role) => {
      const found = templates.find((template) => template.role === role);
      return { name: stackName(name, role), resources: resourceCount(found) };
    }),
  };
}

function describeAddress({ url, domain }: Hosting): ReportAddress {
  if (url === undefined) {
    const text =
      'The first deployment gives the web an address. npx --no entra-aws deploy handoff then proposes the lines of the estate that name it, and pulumi up and cdk deploy follow once more; until then no one can sign in.';
    return { kind: 'pending', text };
  }
  if (domain !== undefined) {
    const text = `The domain ${domain.name} of the hosted zone ${domain.hostedZone.name} leads to the web. Client id and redirect URI wait for no deployment.`;
    return { kind: 'domain', url, text };
  }
  const text =
    'The estate names the address, as a reviewed line. A service that is created again has another one: then the line changes, and pulumi up runs once more.';
  return { kind: 'named', url, text };
}

function describeService(app: ServiceName, estateName: string, hosting: Hosting): ReportService {
  const { cpu, memory, minInstances, maxInstances, concurrency } = hosting[app];
  const size = { cpu, memory, minInstances, maxInstances } satisfies Record<
    Exclude<ServiceProperty, 'concurrency'>,
    number
  >;
  return {
    app,
    name: `${estateName}-${app}`,
    ...size,
    ...(hosting.platform === 'app-runner' && { concurrency }),
    isPublic: app === 'web' || hosting.privateApi === undefined,
  };
}

function describeSettings(hosting: Hosting): readonly ReportSetting[] {
  const { kmsKeys, rateLimit, alarmEmails, logRetentionDays, environment, privateApi } = hosting;
  const { retainsData, terminationProtection } = PROTECTION[environment];
  return [
    {
      name: 'Encryption',
      value: kmsKeys === 'customer' ? 'a key of its own, rotated every year' : 'keys that AWS owns',
    },
    { name: 'Firewall', value: `${formatNumber(rateLimit)} requests of one address in five minutes` },
    { name: 'API', value: privateApi === undefined ? 'public' : `only from ${privateApi.vpcId}` },
    { name: 'Alarms', value: alarmEmails.length === 0 ? 'no one is told' : alarmEmails.join(', ') },
    { name: 'Logs', value: `kept for ${count(logRetentionDays, 'day')}` },
    { name: 'Data', value: retainsData ? 'stays when its stack is deleted' : 'is deleted with its stack' },
    { name: 'Stacks', value: terminationProtection ? 'protected from deletion' : 'can be deleted' },
  ];
}

function noticesOf({ platform }: Hosting): HostingReport['notices'] {
  if (platform !== 'app-runner') return [];
  const text =
    'App Runner has taken no new customers since 30 April 2026; an account that used it before may go on using it.';
  return [{ text, source: APP_RUNNER_SOURCE }];
}
