import {
  type ActionCounts,
  type Blocks,
  countActions,
  type Lane,
  type LaneBox,
  type LaneChange,
  type LaneStep,
} from './blocks/block';
import { count, formatNumber } from '../text/amounts';
import type { AzureChange } from './azure/azure';
import type { ReportProgram } from './entra/describe-programs';
import type { ResourceChange } from './entra/compare-programs';
import { PLATFORM_WORDS } from './hosting/hosting';
import type { Report } from './report';

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
