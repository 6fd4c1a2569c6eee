import type { MarkdownSection } from '../markdown-sections';
import { code, prose } from '../markdown-text';
import { formatNumber } from '../text';
import type { HostingChange, HostingReport } from './report-types';
import {
  ADDRESS_WORDS,
  HOSTING_ACTION_WORDS,
  PLATFORM_WORDS,
  resourceText,
  scalingText,
  sizeText,
  tableText,
} from './words';

/** The services and what they stand on. */
export function hostingSections(hosting: HostingReport | undefined): readonly MarkdownSection[] {
  if (hosting === undefined) return [];
  const { platform, environment, account, region, address, services, tables, settings, notices, stacks } = hosting;
  const url = address.url === undefined ? '' : `${code(address.url)}, `;
  return [
    {
      title: `Hosting on ${PLATFORM_WORDS[platform]}`,
      intro: `Environment ${environment}, account ${account} (${region}).`,
      table: '| Service | Size | Scaling | Reached by |\n| --- | --- | --- | --- |',
      lines: services.map(
        (service) =>
          `| ${code(service.name)} | ${sizeText(service)} | ${scalingText(service)} | ${service.isPublic ? 'the internet' : 'the VPC alone'} |`,
      ),
    },
    {
      title: 'What the hosting stands on',
      lines: [
        ...notices.map(({ text, source }) => `- **${prose(text)}** ${source}`),
        `- Address: ${url}${ADDRESS_WORDS[address.kind]}. ${prose(address.text)}`,
        ...tables.map((table) => `- Table ${code(table.name)}: ${prose(tableText(table))}`),
        ...settings.map(({ name, value }) => `- ${name}: ${prose(value)}`),
        ...stacks.map(({ name, resources }) =>
          resources === undefined
            ? `- Stack ${code(name)}`
            : `- Stack ${code(name)}: ${formatNumber(resources)} resources`,
        ),
      ],
    },
  ];
}

/** Resources of the hosting that change. */
export function hostingChangeSections(changes: readonly HostingChange[]): readonly MarkdownSection[] {
  const lines = changes.map((change) => {
    const { action, properties, stack } = change;
    const word =
      action === 'replace' || action === 'delete'
        ? `**${HOSTING_ACTION_WORDS[action]}**`
        : HOSTING_ACTION_WORDS[action];
    const what = properties.length === 0 ? '' : `: ${properties.map(code).join(', ')}`;
    return `- ${code(resourceText(change))} in ${code(stack)} ${word}${what}`;
  });
  return [{ title: 'Changes in hosting', lines }];
}
