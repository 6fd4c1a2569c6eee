import type { Blocks, Section } from '../blocks/block';
import { aside, badge, line, list, marked, name, names, place, titled } from '../blocks/make';
import { PENDING_WORDS, shortPlace } from '../labels';
import type { ApplicationChange, ReportApplication } from './application-types';

/** Applications and the groups that may use them. */
export function applicationSection(applications: readonly ReportApplication[]): Section {
  const items = applications.map(({ name: application, arn, groups, place: at }) => {
    const who = names(groups.map((group) => name(group.name, group.isPending ? 'pending' : undefined)));
    return line`${name(application, arn)}: ${groups.length === 0 ? 'no one' : who} ${place(shortPlace(at))}`;
  });
  return {
    id: 'applications',
    title: 'Applications',
    blocks: [aside(line`Applications of IAM Identity Center, and the groups that may use them.`), list(items)],
  };
}

/** Groups that gain or lose an application. */
export function applicationChangeBlocks(changes: readonly ApplicationChange[]): Blocks {
  const items = changes.map(({ kind, group, application, isPending, place: at }) => {
    const isGained = kind === 'gained';
    const verb = isGained ? 'gain' : 'lose';
    const waits = isPending ? line` ${badge(PENDING_WORDS.group[verb], 'pending')}` : '';
    return {
      mark: isGained ? ({ text: '+', tone: 'good' } as const) : ({ text: '-', tone: 'bad' } as const),
      what: line`${name(group)} ${verb} the application ${name(application)}${waits}`,
      why: [place(shortPlace(at))],
    };
  });
  return titled('Applications', [marked(items)]);
}
