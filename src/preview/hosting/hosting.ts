import { HOSTING_KINDS, stackName } from '../../estate/plan/stacks/stacks';
import {
  APPLICATION_FOLDER,
  type Hosting,
  PROTECTION,
  runsServices,
  type ServiceProperty,
} from '../../estate/sections/hosting/hosting';
import { type HostedService, servicesOf } from '../../estate/sections/hosting/services';
import { APP_RUNNER_SOURCE } from '../../estate/sections/hosting/schema';
import { ACTIONS, type Blocks, type Fact, type Marked, type Section, type Spans } from '../blocks/block';
import { aside, badge, codes, facts, line, link, marked, name, note, only, place, table, titled } from '../blocks/make';
import { count, formatNumber } from '../../text/amounts';
import type { Places } from '../compared-side';
import type { Side } from '../facts';
import { describeTables, readableId, resourceCount } from './templates';
import { known } from '../../text/values';
import { shortPlace } from '../labels';
import type { HostingChange } from '../stack-operations';

/** The customer application on AWS, as the estate and its templates have it. */
export type HostingReport = NonNullable<ReturnType<typeof describeHosting>>;
type ReportService = ReturnType<typeof describeService>;

/** Describes the hosting section; undefined where the estate has none. */
export function describeHosting({ plan, synthesis }: Side, places: Places) {
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
    /** Of the example's web. */
    ...(hosting.services.length === 0 && { address: describeAddress(hosting) }),
    services: servicesOf(plan.estate).map((service) => describeService(service, name)),
    /** Empty where nothing was synthesised. */
    tables: describeTables(templates),
    /** Settings that hold for all of it: encryption, firewall, alarms, logs, protection. */
    settings: describeSettings(hosting),
    /** Facts that somebody who decides about it has to know. */
    notices: noticesOf(hosting),
    stacks: HOSTING_KINDS.filter((role) => role !== 'hosting' || runsServices(hosting)).map((role) => {
      const found = templates.find((template) => template.role === role);
      return { name: stackName(name, role), resources: resourceCount(found) };
    }),
  };
}

/**
 * Way in which the circle of client id and redirect URI is closed, and its consequences. `domain`: the estate has a domain, and
 * nothing depends on a deployment. `named`: a reviewed line of the estate. `pending`: the first deployment gives one.
 */
function describeAddress({ url, domain }: Hosting) {
  const address = (kind: 'domain' | 'named' | 'pending', text: string) => known({ kind, url, text });
  if (url === undefined) {
    return address(
      'pending',
      'The first deployment gives the web an address. npx --no entra-aws deploy handoff then proposes the lines of the estate that name it, and pulumi up and cdk deploy follow once more; until then no one can sign in.',
    );
  }
  if (domain !== undefined) {
    return address(
      'domain',
      `The domain ${domain.name} of the hosted zone ${domain.hostedZone.name} leads to the web. Client id and redirect URI wait for no deployment.`,
    );
  }
  return address(
    'named',
    'The estate names the address, as a reviewed line. A service that is created again has another one: then the line changes, and pulumi up runs once more.',
  );
}

function describeService({ name, platform, size, isPublic, image, tables }: HostedService, estateName: string) {
  const { cpu, memory, minInstances, maxInstances, concurrency } = size;
  const scale = { cpu, memory, minInstances, maxInstances } satisfies Record<
    Exclude<ServiceProperty, 'concurrency'>,
    number
  >;
  const isElsewhere = platform === 'elsewhere';
  return known({
    app: name,
    /** Name on AWS. */
    name: `${estateName}-${name}`,
    /** Of `cpu`, 1024 are a vCPU; `memory` is in MiB. */
    ...scale,
    /** Requests that an instance answers at once. App Runner only. */
    concurrency: platform === 'app-runner' ? concurrency : undefined,
    isPublic,
    /** Of a service of the team's own. */
    image: image?.kind === 'example' ? undefined : imageWords(image),
    ...(image?.kind !== 'example' && tables.length > 0 && { tables: tables.map((table) => table.name) }),
    ...(isElsewhere && { isElsewhere }),
  });
}

function imageWords(image: HostedService['image']): string | undefined {
  if (image?.kind === 'folder') return `built from ${image.folder}/`;
  return image?.kind === 'digest' ? image.image : undefined;
}

function describeSettings(hosting: Hosting) {
  const { application, kmsKeys, rateLimit, alarmEmails, logRetentionDays, environment, privateApi, services } = hosting;
  const { retainsData, terminationProtection } = PROTECTION[environment];
  return [
    ...(application === 'package' ? [] : [{ name: 'Application', value: `built from ${APPLICATION_FOLDER}/` }]),
    {
      name: 'Encryption',
      value: kmsKeys === 'customer' ? 'a key of its own, rotated every year' : 'keys that AWS owns',
    },
    { name: 'Firewall', value: `${formatNumber(rateLimit)} requests of one address in five minutes` },
    ...(services.length === 0
      ? [{ name: 'API', value: privateApi === undefined ? 'public' : `only from ${privateApi.vpcId}` }]
      : []),
    { name: 'Alarms', value: alarmEmails.length === 0 ? 'no one is told' : alarmEmails.join(', ') },
    { name: 'Logs', value: `kept for ${count(logRetentionDays, 'day')}` },
    { name: 'Data', value: retainsData ? 'stays when its stack is deleted' : 'is deleted with its stack' },
    { name: 'Stacks', value: terminationProtection ? 'protected from deletion' : 'can be deleted' },
  ];
}

function noticesOf({ platform }: Hosting): readonly { readonly text: string; readonly source: string }[] {
  if (platform !== 'app-runner') return [];
  const text =
    'App Runner has taken no new customers since 30 April 2026; an account that used it before may go on using it.';
  return [{ text, source: APP_RUNNER_SOURCE }];
}

export const PLATFORM_WORDS: Readonly<Record<HostingReport['platform'], string>> = {
  'app-runner': 'App Runner',
  'ecs-express': 'ECS Express Mode',
};

const ADDRESS_WORDS: Readonly<Record<NonNullable<HostingReport['address']>['kind'], string>> = {
  domain: 'a domain of its own',
  named: 'named by the estate',
  pending: 'none yet',
};

/** The services and what they stand on. */
export function hostingSection(hosting: HostingReport): Section {
  const { platform, environment, account, region, address, services, tables, settings, notices } = hosting;
  const hasImages = services.some(({ image }) => image !== undefined);
  return {
    id: 'hosting',
    title: 'Hosting',
    lead: line`${PLATFORM_WORDS[platform]} (${environment}) in ${account} ${region}`,
    blocks: [
      ...notices.map(({ text, source }) => note(line`${text} ${link('Source', source)}`)),
      table(
        'Services',
        ['Service', 'Size', 'Scaling', 'Reached by', ...(hasImages ? ['Image'] : [])],
        services.map((service) => [...serviceCells(service), ...(hasImages ? [imageCell(service)] : [])]),
      ),
      table(
        'Tables',
        ['Table', 'Its data'],
        tables.map((one) => [[name(one.name)], line`${tableText(one)}`]),
      ),
      ...(address === undefined ? [] : addressBlocks(address)),
      only(
        ['markdown', 'page'],
        [
          facts([
            ...settings.map(({ name: setting, value }): Fact => [setting, line`${value}`]),
            ['Defined', [place(shortPlace(hosting.place))]],
          ]),
        ],
      ),
    ],
  };
}

function serviceCells(service: ReportService): readonly Spans[] {
  if (service.isElsewhere === true) return [[name(service.app)], line`runs elsewhere`, [], []];
  return [
    [name(service.name)],
    line`${sizeText(service)}`,
    line`${scalingText(service)}`,
    line`${service.isPublic ? 'the internet' : 'the VPC alone'}`,
  ];
}

/** Of a digest as much as people compare. */
function imageCell({ image, isElsewhere }: ReportService): Spans {
  if (image === undefined) return isElsewhere === true ? [] : line`its own`;
  return line`${image.replace(/(?<=@sha256:[0-9a-f]{12})[0-9a-f]+$/, '…')}`;
}

function addressBlocks({ kind, url, text }: NonNullable<HostingReport['address']>): Blocks {
  const words = url === undefined ? '' : `${url}, `;
  return [facts([['Address', line`${words}${ADDRESS_WORDS[kind]}`]]), aside(line`${text}`)];
}

/** Resources of the hosting that change. What is dangerous among them stands with the other replacements. */
export function hostingChangeBlocks(changes: readonly HostingChange[]): Blocks {
  return titled('Changes in hosting', [marked(changes.map(changeItem))]);
}

function changeItem(change: HostingChange): Marked {
  const { action, properties, stack } = change;
  const { sign, tone, word, wordTone } = ACTIONS[action];
  const what = properties.length === 0 ? undefined : line`: ${codes(properties)}`;
  return {
    mark: { text: sign, tone },
    what: line`${name(resourceText(change))} ${badge(`is ${word}`, wordTone)}${what}`,
    why: line`${name(stack)}`,
  };
}

/** `0.25 vCPU, 512 MiB` */
function sizeText({ cpu, memory }: ReportService): string {
  return `${cpu / 1024} vCPU, ${formatNumber(memory)} MiB`;
}

/** `1 to 2 instances, 80 requests at once each` */
function scalingText({ minInstances, maxInstances, concurrency }: ReportService): string {
  const instances =
    minInstances === maxInstances ? count(minInstances, 'instance') : `${minInstances} to ${maxInstances} instances`;
  return concurrency === undefined ? instances : `${instances}, ${count(concurrency, 'request')} at once each`;
}

/** `items expire by expiresAt, point-in-time recovery, protected, stays` */
function tableText(table: HostingReport['tables'][number]): string {
  return [
    ...(table.expiresBy === undefined ? [] : [`items expire by ${table.expiresBy}`]),
    ...(table.hasPointInTimeRecovery ? ['point-in-time recovery'] : []),
    ...(table.hasDeletionProtection ? ['protected from deletion'] : []),
    table.isKept ? 'stays when its stack is deleted' : 'is deleted with its stack',
  ].join(', ');
}

/** `AppRunner::Service Servicesweb` */
function resourceText({ type, logicalId }: HostingChange): string {
  return `${type.replace(/^AWS::/, '')} ${readableId(logicalId)}`;
}
