import { changeSection } from './access/change-blocks';
import { accountsSection, matrixSection, setsSection } from './access/estate-sections';
import { applicationSection } from './access/applications';
import { exceptionSection } from './access/exceptions';
import { azureSection, type AzureChange } from './azure/azure';
import {
  type Figure,
  type Section,
  type Spans,
  type ActionCounts,
  type Blocks,
  countActions,
  type Lane,
  type LaneBox,
  type LaneChange,
  type LaneStep,
} from './blocks/block';
import { count, formatNumber } from '../text/amounts';
import { actionCountsText } from './blocks/text';
import { emergencySection } from './emergency/emergency';
import { dangersOf, entraSection } from './entra/entra-blocks';
import { findingsSection } from './findings-section';
import { hostingSection, PLATFORM_WORDS } from './hosting/hosting';
import type { Answer, Changes, Report } from './report';
import { aside, code, line, name, only, table } from './blocks/make';
import type { PlacementOutcome } from './facts';
import type { StackOperation } from './stack-operations';
import type { ReportProgram } from './entra/describe-programs';
import type { ResourceChange } from './entra/compare-programs';

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
export function firstSections(report: Answer, isWhole = true): readonly Section[] {
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
export function sizeFigures({ counts }: Pick<Report, 'counts'>): readonly Figure[] {
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

const STAFF: LaneBox = { title: 'Staff', notes: [] };
const CUSTOMERS: LaneBox = { title: 'Customers', notes: [] };

/** The estate, its engines, the clouds and the people as a picture, with what there is and what changes. */
export function overviewOf(report: Report): Blocks {
  const lanes = [
    ...programLane(report, 'workforce'),
    ...awsLanes(report),
    ...programLane(report, 'customers'),
    ...azureLane(report),
  ];
  if (lanes.length === 0) return [];
  const estate: LaneBox = { title: report.estate, notes: ['estate'] };
  return [
    {
      kind: 'lanes',
      id: 'overview',
      title: `What the estate ${report.estate} deploys, and for whom`,
      columns: ['Estate', 'Engine', 'Cloud', 'People'],
      lanes: lanes.map(({ boxes, steps }) => ({ boxes: [estate, ...boxes], steps: [NO_STEP, ...steps] })),
    },
  ];
}

const NO_STEP: LaneStep = { changes: [] };

const REACHED: Readonly<Record<ReportProgram['program'], (program: ReportProgram) => string>> = {
  workforce: ({ groups }) => count(groups.length, 'group'),
  customers: ({ userFlows }) => count(userFlows.length, 'user flow'),
};

/** A Pulumi program and its directory. */
function programLane({ clouds, entra, changes }: Report, kind: ReportProgram['program']): readonly Lane[] {
  const directory = clouds[kind];
  if (directory === undefined) return [];
  const program = entra?.programs.find((one) => one.program === kind);
  const changed = (changes?.entra?.resources ?? []).filter((change) => change.program === kind);
  const dangers = new Set(changed.flatMap((change) => change.dangers)).size;
  return [
    {
      boxes: [
        { title: 'Pulumi', notes: [kind] },
        { title: directory.product, notes: directory.name === undefined ? [] : [directory.name] },
        kind === 'customers' ? CUSTOMERS : STAFF,
      ],
      steps: [
        resourceStep(program, changed),
        { amount: program && REACHED[kind](program), changes: dangerChanges(dangers) },
      ],
    },
  ];
}

function resourceStep(program: ReportProgram | undefined, changed: readonly ResourceChange[]): LaneStep {
  const resources = program?.resources.filter((resource) => resource.kind === 'resource');
  return {
    amount: resources && count(resources.length, 'resource'),
    changes: actionChanges(countActions(changed)),
  };
}

/** Lane of what CDK deploys: access for the staff, and the application for the customers. */
function awsLanes(report: Report): readonly Lane[] {
  const { hosting, accounts, serviceStacks, changes } = report;
  const aws: LaneBox = {
    title: 'AWS',
    notes: [
      ...(accounts.length === 0 ? [] : [count(accounts.length, 'account')]),
      ...(hosting === undefined ? [] : [PLATFORM_WORDS[hosting.platform]]),
    ],
  };
  const [cdk, deploys] = [{ title: 'CDK', notes: [] }, stackStep(report)];
  const lane = (people: LaneBox, step: LaneStep): Lane => ({ boxes: [cdk, aws, people], steps: [deploys, step] });
  const hosted = (changes?.replacements ?? []).filter(({ kind }) => OF_HOSTING.test(kind)).length;
  const staffed = staffStep(report, hosted);
  const lanes = [
    ...(staffed === undefined ? [] : [lane(STAFF, staffed)]),
    ...(hosting === undefined
      ? []
      : [lane(CUSTOMERS, { amount: count(hosting.services.length, 'service'), changes: dangerChanges(hosted) })]),
  ];
  return lanes.length > 0 || serviceStacks.length === 0 ? lanes : [{ boxes: [cdk, aws], steps: [deploys] }];
}

/** Kinds of replacements that the customers notice. */
const OF_HOSTING = /^(service|data|topic|hosting)-/;

function stackStep({ stacks, serviceStacks, hosting, changes }: Report): LaneStep {
  const operations = changes?.operations ?? [];
  const sum = (action: keyof ActionCounts): number => operations.reduce((total, one) => total + one[action], 0);
  return {
    amount: count(stacks.length + serviceStacks.length + (hosting?.stacks.length ?? 0), 'stack'),
    changes: actionChanges({
      created: sum('created'),
      updated: sum('updated'),
      replaced: sum('replaced'),
      deleted: sum('deleted'),
    }),
  };
}

/** The way of the staff to AWS: access, or emergency access where there is no other. */
function staffStep(report: Report, hosted: number): LaneStep | undefined {
  const { permissionSets, emergency } = report;
  if (permissionSets.length > 0) return accessStep(report, hosted);
  return emergency && { amount: count(emergency.roles.length, 'emergency role'), changes: [] };
}

function accessStep({ counts, changes }: Report, hosted: number): LaneStep {
  const { gained = 0, lost = 0 } = changes?.counts ?? {};
  return {
    amount: count(counts.assignments, 'assignment'),
    changes: [
      ...changesOf(counts.pending, 'pending', 'plain'),
      ...changesOf(gained, 'gained', 'good'),
      ...changesOf(lost, 'lost', 'bad'),
      ...dangerChanges((changes?.replacements.length ?? 0) - hosted),
    ],
  };
}

/** Lane of what Bicep lays, which deletes nothing; what `sign-in bootstrap` gives in directories stands in the section alone. */
function azureLane({ clouds, azure = [], changes }: Report): readonly Lane[] {
  if (clouds.azure === undefined) return [];
  const { resourceGroup, location } = clouds.azure;
  const laid = azure.filter(({ takesAway }) => !takesAway);
  const others = new Set(azure.filter(({ takesAway }) => takesAway).map(({ name }) => name));
  const changed = (action: AzureChange['action']): number =>
    (changes?.azure ?? []).filter((change) => change.action === action && !others.has(change.deployment)).length;
  return [
    {
      boxes: [
        { title: 'Bicep', notes: [] },
        { title: 'Azure', notes: [resourceGroup, location] },
      ],
      steps: [
        {
          amount: count(laid.flatMap(({ resources }) => resources).length, 'resource'),
          changes: [
            ...changesOf(changed('create'), 'created', 'good'),
            ...changesOf(changed('update'), 'changed', 'plain'),
            ...changesOf(changed('leave'), 'no longer declared', 'bad').map((change) => ({
              ...change,
              isDanger: true,
            })),
          ],
        },
      ],
    },
  ];
}

function actionChanges({ created, updated, replaced, deleted }: ActionCounts): readonly LaneChange[] {
  return [
    ...changesOf(created, 'created', 'good'),
    ...changesOf(updated, 'changed', 'plain'),
    ...[...changesOf(replaced, 'replaced', 'bad'), ...changesOf(deleted, 'deleted', 'bad')].map((change) => ({
      ...change,
      isDanger: true,
    })),
  ];
}

function dangerChanges(value: number): readonly LaneChange[] {
  return value === 0 ? [] : [{ text: count(value, 'danger'), tone: 'bad', isDanger: true }];
}

function changesOf(value: number, word: string, tone: LaneChange['tone']): readonly LaneChange[] {
  return value === 0 ? [] : [{ text: `${formatNumber(value)} ${word}`, tone }];
}
