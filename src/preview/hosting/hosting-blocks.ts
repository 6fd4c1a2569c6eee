import { ACTIONS } from '../blocks/actions';
import type { Blocks, Fact, Marked, Section } from '../blocks/block';
import { aside, badge, codes, facts, line, link, marked, name, note, only, place, table, titled } from '../blocks/make';
import { count, formatNumber } from '../blocks/text';
import { shortPlace } from '../labels';
import type { HostingReport, ReportService } from './describe-hosting';
import type { HostingChange } from './hosting-dangers';
import { readableId } from './templates';

export const PLATFORM_WORDS: Readonly<Record<HostingReport['platform'], string>> = {
  'app-runner': 'App Runner',
  'ecs-express': 'ECS Express Mode',
};

const ADDRESS_WORDS: Readonly<Record<HostingReport['address']['kind'], string>> = {
  domain: 'a domain of its own',
  named: 'named by the estate',
  pending: 'none yet',
};

/** The services and what they stand on. */
export function hostingSection(hosting: HostingReport): Section {
  const { platform, environment, account, region, address, services, tables, settings, notices } = hosting;
  const url = address.url === undefined ? '' : `${address.url}, `;
  return {
    id: 'hosting',
    title: 'Hosting',
    lead: line`${PLATFORM_WORDS[platform]} (${environment}) in ${account} ${region}`,
    blocks: [
      ...notices.map(({ text, source }) => note(line`${text} ${link('Source', source)}`)),
      table(
        'Services',
        ['Service', 'Size', 'Scaling', 'Reached by'],
        services.map((service) => [
          [name(service.name)],
          line`${sizeText(service)}`,
          line`${scalingText(service)}`,
          line`${service.isPublic ? 'the internet' : 'the VPC alone'}`,
        ]),
      ),
      table(
        'Tables',
        ['Table', 'Its data'],
        tables.map((one) => [[name(one.name)], line`${tableText(one)}`]),
      ),
      facts([['Address', line`${url}${ADDRESS_WORDS[address.kind]}`]]),
      aside(line`${address.text}`),
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
