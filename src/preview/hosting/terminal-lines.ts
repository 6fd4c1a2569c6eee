import type { Paint } from '../paint';
import { formatNumber, visible } from '../text';
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

/** Changes that a terminal shows; the files have them all. */
const SHOWN_CHANGES = 12;
const SHOWN_PROPERTIES = 4;

/** Services, tables and the address, a line each. */
export function hostingLines(hosting: HostingReport | undefined, paint: Paint): readonly string[] {
  if (hosting === undefined) return [];
  const { platform, environment, account, region, address, notices } = hosting;
  const where = address.url === undefined ? '' : `${visible(address.url)}, `;
  return [
    `${paint('bold', 'Hosting')} on ${PLATFORM_WORDS[platform]} (${environment}) in ${account} ${region}`,
    ...hosting.services.map(
      (service) =>
        `  ${service.name}  ${sizeText(service)}; ${scalingText(service)}; ${service.isPublic ? 'public' : 'private'}`,
    ),
    ...hosting.tables.map((table) => `  table ${table.name}  ${tableText(table)}`),
    `  address  ${where}${ADDRESS_WORDS[address.kind]}`,
    paint('dim', `      ${visible(address.text)}`),
    ...notices.map(({ text, source }) => paint('yellow', `  ${text} ${source}`)),
  ];
}

const SIGNS: Readonly<Record<HostingChange['action'], readonly [sign: string, style: 'red' | 'green' | 'yellow']>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  replace: ['±', 'red'],
  delete: ['-', 'red'],
};

/** Resources of the hosting that change. What is dangerous among them is told with the other replacements. */
export function hostingChangeLines(changes: readonly HostingChange[], paint: Paint): readonly string[] {
  if (changes.length === 0) return [];
  const rest = changes.length - SHOWN_CHANGES;
  return [
    paint('bold', 'Changes in hosting'),
    ...changes.slice(0, SHOWN_CHANGES).map((change) => {
      const [sign, style] = SIGNS[change.action];
      const what = change.properties.slice(0, SHOWN_PROPERTIES).join(', ');
      return `  ${paint(style, sign)} ${resourceText(change)} ${HOSTING_ACTION_WORDS[change.action]}${what === '' ? '' : `: ${what}`}`;
    }),
    ...(rest > 0 ? [`  … and ${formatNumber(rest)} more`] : []),
  ];
}
