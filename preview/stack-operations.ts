import type { ResourceDifference, TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { stackNameOf } from '../model/access-stacks';
import type { Issue } from '../model/finding';
import { compareText } from '../model/finding';
import { sectionStacks } from '../model/section-stacks';
import type { Side, SynthesizedTemplate } from './facts';
import type { Replacement, StackOperation } from './report-types';

/** CloudFormation quota: resources that one operation on a stack with nested stacks may touch. */
const MAX_RESOURCES_OF_OPERATION = 2_500;

export interface ComparedStacks {
  readonly operations: readonly StackOperation[];
  /** Resources that CloudFormation replaces. */
  readonly replacements: readonly Replacement[];
}

/**
 * What deploying the head's templates over the base's would do. A stack that head lacks is not deleted by that, and one
 * that moved to another account or region is made anew there. Undefined where a side was not synthesised.
 */
export function compareStacks(base: Side | undefined, head: Side): ComparedStacks | undefined {
  if (head.synthesis === undefined || (base !== undefined && base.synthesis === undefined)) return undefined;
  const before = base === undefined ? new Map<string, Templates>() : byStack(base);
  const compared = [...byStack(head)]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([key, templates]) => compareStack(before.get(key) ?? [], templates));
  return {
    operations: compared.map(({ operation }) => operation).filter(isChange),
    replacements: compared.flatMap(({ replacements }) => replacements),
  };
}

type Templates = readonly SynthesizedTemplate[];

/** Templates by the name, account and region of their stack: what makes a deployed stack the same. */
function byStack({ plan, synthesis }: Side): ReadonlyMap<string, Templates> {
  const homes = new Map([
    ...(plan.access?.stacks ?? []).map((stack) => [stackNameOf(plan.estate.name, stack.role), homeOf(stack)] as const),
    ...sectionStacks(plan).map((stack) => [stack.name, homeOf(stack)] as const),
  ]);
  return Map.groupBy(synthesis?.templates ?? [], ({ stack }) => JSON.stringify([stack, homes.get(stack)]));
}

function homeOf({ account, region }: { readonly account: string; readonly region: string }): readonly string[] {
  return [account, region];
}

function compareStack(
  before: Templates,
  after: Templates,
): { readonly operation: StackOperation; readonly replacements: readonly Replacement[] } {
  const stack = after[0]?.stack ?? '';
  const shards = [...new Set([...before, ...after].map(({ shard }) => shard ?? 0))].toSorted((a, b) => a - b);
  const diffs = shards.flatMap((shard) => {
    const [old, now] = [templateOf(before, shard), templateOf(after, shard)];
    // Most shards of a large estate are as they were, and comparing a template takes its size squared.
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ shard, diff: fullDiff(old, now) }];
  });
  const impacts = diffs.flatMap(({ diff, shard }) => impactsOf(diff, shard));
  const count = (...kinds: readonly ResourceImpact[]): number =>
    impacts.filter(({ impact }) => kinds.includes(impact)).length;
  return {
    operation: {
      stack,
      created: count(ResourceImpact.WILL_CREATE, ResourceImpact.WILL_IMPORT),
      updated: count(ResourceImpact.WILL_UPDATE),
      replaced: count(...REPLACING),
      deleted: count(ResourceImpact.WILL_DESTROY, ResourceImpact.WILL_ORPHAN),
      broadensPermissions: diffs.some(({ diff }) => diff.permissionsBroadened),
    },
    replacements: replacedResources(stack, impacts),
  };
}

function isChange({ created, updated, replaced, deleted }: StackOperation): boolean {
  return created + updated + replaced + deleted > 0;
}

interface ChangedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly impact: ResourceImpact;
  /** 0 for the top stack. */
  readonly shard: number;
}

/** Resources of one type that a stack or shard replaces, as one replacement: a changed instance replaces them all. */
function replacedResources(stack: string, resources: readonly ChangedResource[]): readonly Replacement[] {
  const replaced = resources.filter(({ impact }) => REPLACING.includes(impact));
  const groups = Map.groupBy(replaced, ({ type, shard, impact }) => JSON.stringify([shard, type, impact]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { logicalId, type, impact, shard } = first;
    const where = shard === 0 ? stack : `${stack}, shard ${shard}`;
    const others = group.length === 1 ? '' : ` and ${group.length - 1} more`;
    return [
      {
        kind: 'resource-replaced',
        subject: `${type} in ${where}`,
        detail: `CloudFormation ${impact === ResourceImpact.MAY_REPLACE ? 'may replace' : 'replaces'} ${logicalId}${others}: it makes a new one first, then destroys the old one.`,
        assignments: type === 'AWS::SSO::Assignment' ? group.length : 0,
      },
    ];
  });
}

const REPLACING: readonly ResourceImpact[] = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE];

function templateOf(templates: Templates, shard: number): Record<string, unknown> {
  return { ...templates.find((template) => (template.shard ?? 0) === shard)?.template };
}

/** Impact of each changed resource. CloudFormation does nothing for another order or other metadata. */
function impactsOf(diff: TemplateDiff, shard: number): readonly ChangedResource[] {
  return Object.entries(diff.resources.changes).flatMap(([logicalId, change]) => {
    const { changeImpact: impact, resourceType: type = '' } = change;
    if (impact === ResourceImpact.NO_CHANGE || type === 'AWS::CDK::Metadata') return [];
    if (impact === ResourceImpact.WILL_UPDATE && isBookkeeping(change)) return [];
    return [{ logicalId, type, impact, shard }];
  });
}

const BOOKKEEPING: ReadonlySet<string> = new Set(['DependsOn', 'Metadata']);

function isBookkeeping({ propertyUpdates, otherChanges }: ResourceDifference): boolean {
  return Object.keys(propertyUpdates).length === 0 && Object.keys(otherChanges).every((key) => BOOKKEEPING.has(key));
}

/** Warns of an operation that CloudFormation would refuse for its size. */
export function largeOperations(operations: readonly StackOperation[]): readonly Issue[] {
  return operations.flatMap(({ stack, created, updated, replaced, deleted }) => {
    const resources = created + updated + replaced + deleted;
    if (resources <= MAX_RESOURCES_OF_OPERATION) return [];
    return [
      {
        severity: 'warning',
        code: 'large-operation',
        at: ['access'],
        problem: `one deployment of ${stack} changes ${resources} resources`,
        allowed: `at most ${MAX_RESOURCES_OF_OPERATION} in one operation on nested stacks; deploy in several steps`,
      },
    ];
  });
}
