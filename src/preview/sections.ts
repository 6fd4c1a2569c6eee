import { changeSection } from './access/change-blocks';
import { accountsSection, matrixSection, setsSection } from './access/estate-sections';
import { applicationSection } from './access/applications';
import { exceptionSection } from './access/exceptions';
import { azureSection } from './azure/azure';
import type { Figure, Section, Spans } from './blocks/block';
import { count, formatNumber } from '../text/amounts';
import { actionCountsText } from './blocks/text';
import { emergencySection } from './emergency/emergency';
import { dangersOf, entraSection } from './entra/entra-blocks';
import { findingsSection } from './findings-section';
import { overviewOf } from './overview';
import { hostingSection } from './hosting/hosting';
import type { Changes, Report } from './report';
import { aside, code, line, name, only, table } from './blocks/make';
import type { PlacementOutcome } from './facts';
import type { StackOperation } from './stack-operations';

/** The report as sections, in the order in which they are read. */
export function sectionsOf(report: Report): readonly Section[] {
  const { changes, exceptions, applications, entra, emergency, hosting, azure } = report;
  return [
    ...firstSections(report),
    overviewSection(report),
    exceptions && exceptionSection(exceptions),
    matrixSection(report),
    setsSection(report),
    applications && applicationSection(applications),
    accountsSection(report),
    entra && entra.programs.length > 0 ? entraSection(entra, changes?.entra) : undefined,
    emergency && emergencySection(emergency),
    hosting && hostingSection(hosting),
    azure && azureSection(azure),
    stackSection(report),
  ].filter((section) => section !== undefined);
}

/** Errors come before what changes, warnings after it. */
export function firstSections(report: Report, isWhole = true): readonly Section[] {
  const all = [...(report.changes ? [changeSection(report.changes, isWhole)] : []), findingsSection(report)];
  return report.counts.errors > 0 ? all.toReversed() : all;
}

/** The picture of the whole, after what changes; undefined where nothing is deployed. */
function overviewSection(report: Report): Section | undefined {
  const blocks = overviewOf(report);
  return blocks.length === 0
    ? undefined
    : { id: 'whole', title: 'What is deployed, and for whom', short: 'Overview', blocks };
}

/** Figures of how much there is. */
export function sizeFigures({ counts }: Report): readonly Figure[] {
  const { accounts, groups, permissionSets, assignments, pending, leftOut } = counts;
  return [
    { label: 'accounts', value: accounts, ...noted(leftOut, 'left out: not active') },
    { label: 'groups', value: groups },
    { label: 'permission sets', value: permissionSets },
    { label: 'assignments', value: assignments, ...noted(pending, 'pending') },
  ];
}

/** Figures of how much changes; nothing where nothing was compared. */
export function changeFigures(changes: Changes | undefined): readonly Figure[] {
  if (changes?.counts === undefined) return [];
  const { gained, gainedPending, lost, withdrawn } = changes.counts;
  const dangers = changes.entra?.notCompared === undefined && changes.entra ? dangersOf(changes.entra).length : 0;
  return [
    { label: 'gained', value: gained, tone: gained > 0 ? 'good' : 'plain', ...noted(gainedPending, 'of them pending') },
    { label: 'lost', value: lost, tone: lost > 0 ? 'bad' : 'plain', ...noted(withdrawn, 'withdrawn') },
    ...(dangers === 0 ? [] : [{ label: 'dangers in Entra ID', value: dangers, tone: 'bad' } as const]),
  ];
}

function noted(value: number, words: string): Pick<Figure, 'note'> {
  return value === 0 ? {} : { note: `${formatNumber(value)} ${words}` };
}

interface Row {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly contents: string;
}

/** Stacks of AWS, in the order of the estate, with what a deployment does to them. */
export function stackSection(report: Report): Section {
  const rows = rowsOf(report);
  const operations = new Map((report.changes?.operations ?? []).map((one) => [one.stack, one]));
  const columns = ['Stack', 'Account', 'Region', 'Contents', ...(operations.size > 0 ? ['Resources'] : [])];
  return {
    id: 'deployment',
    title: 'Stacks',
    blocks: [
      ...(report.synthesis === 'skipped' && rows.length > 0
        ? [aside(line`Templates were not synthesised: there are errors.`)]
        : []),
      table(
        'Stacks',
        columns,
        rows.map((row): readonly Spans[] => [
          [name(row.name)],
          line`${row.account}`,
          line`${row.region}`,
          line`${row.contents}`,
          ...(operations.size > 0 ? [operationSpans(operations.get(row.name))] : []),
        ]),
      ),
      only(['page'], rows.length > 0 ? [] : [aside(line`There is no stack to deploy.`)]),
      ...placementBlocks(report),
    ],
  };
}

function rowsOf({ stacks, serviceStacks, hosting }: Report): readonly Row[] {
  const access = stacks.map(({ permissionSets, shards, ...stack }) => {
    const assignments = shards.reduce((sum, shard) => sum + shard.assignments, 0);
    const sizes = [count(permissionSets, 'permission set'), count(assignments, 'assignment')];
    return { ...stack, contents: `${sizes.join(', ')} in ${count(shards.length, 'shard')}` };
  });
  const hosted =
    hosting === undefined
      ? []
      : hosting.stacks.map((stack) => ({ ...stack, account: hosting.account, region: hosting.region }));
  const others = [...serviceStacks, ...hosted].map(({ resources, ...stack }) => ({
    ...stack,
    contents: resources === undefined ? '' : count(resources, 'resource'),
  }));
  return [...access, ...others];
}

function operationSpans(operation: StackOperation | undefined): Spans {
  return operation === undefined ? [] : line`${actionCountsText(operation)}`;
}

const PLACEMENT_WORDS: Readonly<Record<PlacementOutcome, string>> = {
  fresh: 'is up to date',
  written: 'was written: commit it',
  stale: 'is stale',
  missing: 'is missing',
  conflicted: 'has conflict markers of a merge',
  'not-written': 'was not written: there are errors',
};

function placementBlocks({ placement }: Report): Section['blocks'] {
  if (placement === undefined) return [];
  const told = aside(line`${code(placement.file)} ${PLACEMENT_WORDS[placement.outcome]}.`);
  return [only(placement.outcome === 'fresh' ? ['page'] : ['markdown', 'page'], [told])];
}
