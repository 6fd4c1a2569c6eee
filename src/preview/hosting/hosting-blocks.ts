import type { Blocks, Fact, Marked, Section } from '../blocks/block';
import { aside, badge, codes, facts, line, link, marked, name, note, only, place, table, titled } from '../blocks/make';
import { ACTION_MARKS } from '../change-marks';
import { shortPlace } from '../labels';
import type { HostingChange, HostingReport } from './report-types';
import {
  ADDRESS_WORDS,
  HOSTING_ACTION_WORDS,
  PLATFORM_WORDS,
  resourceText,
  scalingText,
  sizeText,
  tableText,
} from './labels';

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
  const { mark, tone } = ACTION_MARKS[action];
  const what = properties.length === 0 ? undefined : line`: ${codes(properties)}`;
  return {
    mark,
    what: line`${name(resourceText(change))} ${badge(HOSTING_ACTION_WORDS[action], tone)}${what}`,
    why: line`${name(stack)}`,
  };
}
