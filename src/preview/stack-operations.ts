import type * as CloudFormationDiff from '@aws-cdk/cloudformation-diff';
import type { ResourceDifference, ResourceImpact, TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { cdkStacks } from '../estate/plan/stacks/stacks';
import { isObject } from '../estate/source/located';
import { MAX_RESOURCES_OF_OPERATION } from '../estate/sections/limits';
import { compareText, type Issue } from '../estate/source/finding';
import type { Replacement } from './access/replacements';
import { type Action, type ActionCounts, countActions } from './blocks/block';
import type { Side, SynthesizedTemplate } from './facts';
import { isHostingTemplate, readableId } from './hosting/templates';

/** Effects of deploying one stack with its nested stacks, in resources. */
export interface StackOperation extends ActionCounts {
  readonly stack: string;
  /** True if CDK's own diff sees permissions broadened. */
  readonly broadensPermissions: boolean;
}

export interface ComparedStacks {
  readonly operations: readonly StackOperation[];
  /** Resources that CloudFormation replaces, or whose loss must not be overlooked. */
  readonly replacements: readonly Replacement[];
  readonly hosting: readonly HostingChange[];
}

/** One stack of `ComparedStacks`. */
type ComparedStack = Omit<ComparedStacks, 'operations'> & { readonly operation: StackOperation };

/**
 * Compares what deploying the head's templates over the base's would do. A stack that head lacks is not deleted by that, and one
 * that moved to another account or region is created again there. Undefined where a side was not synthesised.
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
    hosting: compared.flatMap(({ hosting }) => hosting),
  };
}

type Templates = readonly SynthesizedTemplate[];

/** Templates by the name, account and region of their stack: what makes a deployed stack the same. */
function byStack({ plan, synthesis }: Side): ReadonlyMap<string, Templates> {
  const homes = new Map(cdkStacks(plan).map(({ name, account, region }) => [name, [account, region]]));
  return Map.groupBy(synthesis?.templates ?? [], ({ stack }) => JSON.stringify([stack, homes.get(stack)]));
}

function isChange({ created, updated, replaced, deleted }: StackOperation): boolean {
  return created + updated + replaced + deleted > 0;
}

function compareStack(before: Templates, after: Templates): ComparedStack {
  const [first] = after;
  const stack = first?.stack ?? '';
  const shards = [...new Set([...before, ...after].map(({ shard }) => shard ?? 0))].toSorted((a, b) => a - b);
  const diffs = shards.flatMap((shard) => {
    const [old, now] = [templateOf(before, shard), templateOf(after, shard)];
    // Most shards of a large estate are as they were, and comparing a template takes its size squared.
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ shard, diff: loadDiff().fullDiff(old, now) }];
  });
  const changes = diffs.flatMap(({ diff, shard }) => changedResources(diff, shard));
  const isHosting = first !== undefined && isHostingTemplate(first);
  return {
    operation: {
      stack,
      ...countActions(changes),
      broadensPermissions: diffs.some(({ diff }) => diff.permissionsBroadened),
    },
    replacements: isHosting ? hostingDangers(stack, changes) : replacedResources(stack, changes),
    hosting: isHosting
      ? changes.map(({ action, type, logicalId, properties }) => ({ stack, action, type, logicalId, properties }))
      : [],
  };
}

/** Resources of one type that a stack or shard replaces, as one replacement: a changed instance replaces them all. */
function replacedResources(stack: string, resources: readonly ChangedResource[]): readonly Replacement[] {
  const replaced = resources.filter(({ action }) => action === 'replace');
  const groups = Map.groupBy(replaced, ({ type, shard, isDoubtful }) => JSON.stringify([shard, type, isDoubtful]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { logicalId, type, isDoubtful, shard } = first;
    const where = shard === 0 ? stack : `${stack}, shard ${shard}`;
    const others = group.length === 1 ? '' : ` and ${group.length - 1} more`;
    return [
      {
        kind: 'resource-replaced',
        subject: `${type} in ${where}`,
        detail: `CloudFormation ${isDoubtful ? 'may replace' : 'replaces'} ${logicalId}${others}: it makes a new one first, then destroys the old one.`,
        assignments: type === 'AWS::SSO::Assignment' ? group.length : 0,
      },
    ];
  });
}

function templateOf(templates: Templates, shard: number): Record<string, unknown> {
  return { ...templates.find((template) => (template.shard ?? 0) === shard)?.template };
}

const SEVERAL = 'npx --no entra-aws deploy and the pipeline make several of it, cdk deploy alone would be refused';

/** Warns of an operation that CloudFormation would refuse for its size. */
export function largeOperations(operations: readonly StackOperation[]): readonly Issue[] {
  return operations.flatMap(({ stack, created, updated, replaced, deleted }) => {
    const resources = created + updated + replaced + deleted;
    return largeIssue(resources, `one deployment of ${stack} changes ${resources} resources`, SEVERAL);
  });
}

/**
 * The same where nothing was compared: of stacks that may not be deployed yet. Resources are counted: a comparison with no
 * template says nothing more, and takes a third of a large preview.
 */
export function largeCreations(head: Side): readonly Issue[] {
  return [...byStack(head).values()].flatMap((templates) => {
    const created = templates.reduce((sum, { template }) => sum + resourcesOf(template), 0);
    const problem = `a first deployment of ${templates[0]?.stack ?? ''} creates ${created} resources`;
    return largeIssue(created, problem, `${SEVERAL}; if it is deployed already, --base REVISION shows what changes`);
  });
}

/** Resources of a template that an operation counts. */
function resourcesOf({ Resources: resources }: SynthesizedTemplate['template']): number {
  const all = isObject(resources) ? Object.values(resources) : [];
  return all.filter((one) => isObject(one) && one['Type'] !== METADATA).length;
}

function largeIssue(resources: number, problem: string, remedy: string): readonly Issue[] {
  if (resources <= MAX_RESOURCES_OF_OPERATION) return [];
  const allowed = `at most ${MAX_RESOURCES_OF_OPERATION} in one operation on nested stacks; ${remedy}`;
  return [{ severity: 'warning', code: 'large-operation', at: ['access'], problem, allowed }];
}

/** A resource of the hosting that a deployment changes. */
export type HostingChange = Pick<ChangedResource, 'action' | 'type' | 'logicalId' | 'properties'> & {
  readonly stack: string;
};

const SERVICES: ReadonlySet<string> = new Set(['AWS::AppRunner::Service', 'AWS::ECS::ExpressGatewayService']);
const DATA: ReadonlySet<string> = new Set(['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret']);
const TOPIC = 'AWS::SNS::Topic';

/**
 * Dangers that must not be overlooked in a deployment of a hosting stack: services with their addresses, data, and confirmed
 * subscriptions. Everything else that is replaced, such as a scaling configuration, which has no other way to change, is
 * counted alone.
 */
export function hostingDangers(stack: string, resources: readonly ChangedResource[]): readonly Replacement[] {
  return resources.flatMap((resource): readonly Replacement[] => {
    const { type, action, logicalId } = resource;
    if (action !== 'replace' && action !== 'delete') return [];
    const danger = SERVICES.has(type)
      ? serviceDanger(stack, resource)
      : DATA.has(type)
        ? dataDanger(resource)
        : type === TOPIC && TOPIC_DANGER;
    if (!danger) return [];
    const { kind, detail } = danger;
    return [{ kind, subject: `${type} ${readableId(logicalId)} in ${stack}`, detail, assignments: 0 }];
  });
}

type Danger = Pick<Replacement, 'kind' | 'detail'>;

function serviceDanger(stack: string, { action, properties }: ChangedResource): Danger {
  if (action === 'delete') {
    const detail =
      'The service goes with its address. Whoever still has that address reaches nothing, and another service has another one: hosting.url and a host of the web application, unless a domain leads there.';
    return { kind: 'service-removed', detail };
  }
  const detail = `${properties.join(', ')} can't change in place: another service, with another address, takes its place. CloudFormation makes it first and fails, for the name is taken. Delete the stack ${stack} and deploy it again; the application is away meanwhile, and its data stays in the other stack.`;
  return { kind: 'service-replaced', detail };
}

function dataDanger({ action, isKept }: ChangedResource): Danger {
  const fate = isKept ? 'It stays in the account, and nothing uses it any more.' : 'What it holds is deleted.';
  if (action === 'delete') return { kind: 'data-removed', detail: fate };
  return { kind: 'data-replaced', detail: `Another, empty one takes its place. ${fate}` };
}

const TOPIC_DANGER: Danger = {
  kind: 'topic-replaced',
  detail: 'Everyone who is told of alarms has to confirm the subscription again.',
};

/** Resources by which the CDK speaks of itself: no operation counts them. */
const METADATA = 'AWS::CDK::Metadata';

/** A resource that a deployment changes. */
interface ChangedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly action: Action;
  /** True if CloudFormation only may replace it. */
  readonly isDoubtful: boolean;
  /** True if a resource that goes stays in the account. */
  readonly isKept: boolean;
  /** Properties that differ, of a resource that is updated or replaced. */
  readonly properties: readonly string[];
  /** 0 for the top stack. */
  readonly shard: number;
}

type Impact = `${ResourceImpact}`;

const ACTIONS: Readonly<Record<Impact, Action | undefined>> = {
  WILL_CREATE: 'create',
  WILL_IMPORT: 'create',
  WILL_UPDATE: 'update',
  WILL_REPLACE: 'replace',
  MAY_REPLACE: 'replace',
  WILL_DESTROY: 'delete',
  WILL_ORPHAN: 'delete',
  NO_CHANGE: undefined,
};

/** Lists what happens to each changed resource. CloudFormation does nothing for another order or other metadata. */
export function changedResources(diff: TemplateDiff, shard: number): readonly ChangedResource[] {
  return Object.entries(diff.resources.changes).flatMap(([logicalId, change]) => {
    const { resourceType: type = '' } = change;
    const impact: Impact = change.changeImpact;
    const action = ACTIONS[impact];
    if (action === undefined || type === METADATA) return [];
    if (action === 'update' && isBookkeeping(change)) return [];
    return [
      {
        logicalId,
        type,
        action,
        isDoubtful: impact === 'MAY_REPLACE',
        isKept: change.oldValue?.DeletionPolicy === 'Retain',
        properties: action === 'update' || action === 'replace' ? Object.keys(change.propertyUpdates) : [],
        shard,
      },
    ];
  });
}

const BOOKKEEPING: ReadonlySet<string> = new Set(['DependsOn', 'Metadata']);

function isBookkeeping({ propertyUpdates, otherChanges }: ResourceDifference): boolean {
  return Object.keys(propertyUpdates).length === 0 && Object.keys(otherChanges).every((key) => BOOKKEEPING.has(key));
}

/** Loaded where a template differs: before, a preview has told who gains and who loses. */
function loadDiff(): typeof CloudFormationDiff {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; a report is synchronous
  return require('@aws-cdk/cloudformation-diff') as typeof CloudFormationDiff;
}
