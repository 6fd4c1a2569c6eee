import type { Finding } from '../estate/source/finding';
import { emergencyChangeSections, emergencySections } from './emergency/markdown-emergency';
import { entraChangeSections, entraSections } from './entra/markdown-entra';
import { changeCounts, dangersOf } from './entra/words';
import { hostingChangeSections, hostingSections } from './hosting/markdown-hosting';
import { changeSections } from './access/markdown-changes';
import type { MarkdownSection } from './markdown-sections';
import { fitSections } from './markdown-sections';
import { code, prose } from './markdown-text';
import type { Changes, Report } from './report-types';
import { count, formatNumber, listSome } from './text';
import { accessCountsText, acknowledgementText, commitText, shortPlace } from './words';

/** Longest text of `preview.md`: a comment on GitHub takes 65,536 characters, and something may be put around it. */
export const MAX_MARKDOWN_CHARACTERS = 60_000;

/** The report for a pull request's comment, always under 60,000 characters: sections are cut, and say by how much. */
export function renderMarkdown(report: Report): string {
  const head = [`## Access of ${code(report.estate)}`, '', ...summary(report), ''].join('\n');
  const sections = [
    ...changeSections(report.changes),
    ...emergencyChangeSections(report.changes?.emergency ?? []),
    ...entraChangeSections(report.changes?.entra),
    ...hostingChangeSections(report.changes?.hosting ?? []),
    ...estateSections(report),
    ...emergencySections(report.emergency),
    ...hostingSections(report.hosting),
    ...entraSections(report.entra),
  ];
  return head + fitSections(sections, MAX_MARKDOWN_CHARACTERS - 1 - head.length);
}

function summary({ counts, changes, placement, synthesis }: Report): readonly string[] {
  const size = [
    `${count(counts.assignments, 'assignment')} of ${count(counts.permissionSets, 'permission set')} to ${count(counts.groups, 'group')} in ${count(counts.accounts, 'account')}`,
    ...(counts.pending > 0 ? [`${formatNumber(counts.pending)} pending`] : []),
    ...(counts.leftOut > 0 ? [`${count(counts.leftOut, 'account')} left out`] : []),
  ].join(', ');
  const found = `${count(counts.errors, 'error')}, ${count(counts.warnings, 'warning')}`;
  return [
    ...(changes === undefined ? [] : [changeSummary(changes)]),
    ...entraSummary(changes?.entra),
    `${size}. ${found}.`,
    ...(synthesis === 'skipped' ? ['Templates were not synthesised: there are errors.'] : []),
    ...(placement?.outcome === 'written' ? [`${code(placement.file)} was written: commit it.`] : []),
  ];
}

function entraSummary(changes: Changes['entra']): readonly string[] {
  if (changes === undefined) return [];
  if (changes.notCompared !== undefined) return ['Entra ID: **NOT COMPARED**.'];
  const dangers = dangersOf(changes).length;
  return [`Entra ID: ${changeCounts(changes)}${dangers === 0 ? '' : `, **${count(dangers, 'danger')}**`}.`];
}

function changeSummary({ counts, notCompared = '', revision, ...changes }: Changes): string {
  const against = `${code(revision)}${commitText(changes)}`;
  if (counts === undefined) return `**NOT COMPARED** with ${against}. ${prose(notCompared)}`;
  return `**${accessCountsText(counts)}** against ${against}.`;
}

function estateSections(report: Report): readonly MarkdownSection[] {
  return [
    findings(report),
    newAcknowledgements(report),
    pendingGroups(report),
    leftOut(report),
    groupMatrix(report),
    stacks(report),
  ];
}

function findings({ findings: all }: Report): MarkdownSection {
  const errorsFirst = [...all].toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  return {
    title: 'Findings',
    lines: errorsFirst.map(findingItem),
  };
}

function findingItem(finding: Finding): string {
  const message = [finding.value, finding.problem, finding.allowed && `(${finding.allowed})`]
    .filter((part) => part !== undefined)
    .join(' ');
  const place = code(`${shortPlace(finding)}:${finding.column}`);
  const path = finding.path === '' ? '' : `${code(finding.path)} `;
  return `- **${finding.severity}** ${place} ${path}${prose(message)} (${code(finding.code)})${acknowledgementBlock(finding)}`;
}

/** Folded, and indented as a part of the list's item. */
function acknowledgementBlock({ acknowledgement }: Finding): string {
  if (acknowledgement === undefined) return '';
  const summary = `  <details><summary>${prose(acknowledgementText(acknowledgement))}</summary>`;
  const block = ['```yaml', ...acknowledgement.lines, '```'].map((line) => `  ${line}`);
  return ['', summary, '', ...block, '', '  </details>'].join('\n');
}

function newAcknowledgements({ acknowledgements }: Report): MarkdownSection {
  return {
    title: 'New acknowledgements',
    lines: acknowledgements
      .filter(({ isNew }) => isNew === true)
      .map(
        ({ rule, reason, subject, place }) =>
          `- ${code(rule)}, ${prose(subject)}: ${prose(reason)} (${code(shortPlace(place))})`,
      ),
  };
}

function pendingGroups({ groups, assignments }: Report): MarkdownSection {
  const pending = Map.groupBy(
    assignments.filter(({ state }) => state === 'pending'),
    ({ group }) => group,
  );
  return {
    title: 'Pending groups',
    intro: 'These groups are not in the Identity Store yet; their assignments wait.',
    lines: groups
      .filter(({ name }) => pending.has(name))
      .map(({ name }) => `- ${code(name)}: ${count(pending.get(name)?.length ?? 0, 'assignment')}`),
  };
}

function leftOut({ leftOut: all }: Report): MarkdownSection {
  const byAccount = [...Map.groupBy(all, ({ id }) => id).values()];
  return {
    title: 'Accounts left out',
    intro: 'Grants name these accounts, but they are not active.',
    lines: byAccount.flatMap((entries) => {
      const [first] = entries;
      if (first === undefined) return [];
      const groups = [...new Set(entries.map(({ group }) => code(group)))];
      return [`- ${code(first.name)} (${first.id}) is ${prose(first.state)}: ${listSome(groups, 5)}`];
    }),
  };
}

/** Sets of one group that a row names. */
const SHOWN_SETS = 12;

function groupMatrix({ groups }: Report): MarkdownSection {
  return {
    title: 'Groups and their permission sets',
    table: '| Group | Permission sets (accounts) | Accounts |\n| --- | --- | ---: |',
    lines: groups.map((group) => {
      const sets = group.permissionSets.map(({ name, accounts }) => `${code(name)} (${formatNumber(accounts)})`);
      const management = group.reachesManagement ? ', with the management account' : '';
      return `| ${code(group.name)}${group.id === undefined ? ' (pending)' : ''} | ${listSome(sets, SHOWN_SETS)} | ${formatNumber(group.accounts)}${management} |`;
    }),
  };
}

function stacks({ stacks: all, serviceStacks, changes }: Report): MarkdownSection {
  const access = all.map(({ permissionSets, shards, ...stack }) => ({
    ...stack,
    size: `${count(permissionSets, 'permission set')}, ${count(shards.length, 'shard')}`,
  }));
  const others = serviceStacks.map(({ resources = 0, ...stack }) => ({ ...stack, size: count(resources, 'resource') }));
  return {
    title: 'Stacks',
    lines: [...access, ...others].map(({ name, account, region, size }) => {
      const operation = changes?.operations.find(({ stack }) => stack === name);
      const resources =
        operation === undefined
          ? ''
          : `; resources: ${formatNumber(operation.created)} created, ${formatNumber(operation.updated)} updated, ${formatNumber(operation.replaced)} replaced, ${formatNumber(operation.deleted)} deleted`;
      return `- ${code(name)} in ${account} (${region}): ${size}${resources}`;
    }),
  };
}
