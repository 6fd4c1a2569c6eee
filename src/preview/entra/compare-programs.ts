import { programsOf, PULUMI_KINDS, type PulumiKind } from '../../estate/plan/stacks/stacks';
import { APPLICATION_PROPERTIES } from '../../estate/records/application-properties';
import { consequences, type Consequences } from '../../estate/records/consequences';
import { namedFlow } from '../../estate/records/flow-properties';
import { compareText, hasErrors, type Issue } from '../../estate/source/finding';
import { isList, textIn, textsIn } from '../../estate/source/inputs';
import { type Action, type ActionCounts, countActions, type Difference } from '../blocks/block';
import { count } from '../../text/amounts';
import {
  type FactInputs,
  type FactValue,
  isInterpolation,
  isObject,
  isReference,
  type ProgramResource,
  type ProgramRun,
  type ProgramRuns,
  withNames,
} from './facts';
import { ResourceIndex } from './resource-index';
import { FLOW_TYPES, forcesReplacement, resourceType, withRenamedFlows } from './resource-records';
import type { BaseFacts, Side } from '../facts';
import { known } from '../../text/values';

/** Differences from the base in the programs. */
export interface EntraChanges {
  /** Reason why nothing could be compared. */
  readonly notCompared?: string;
  readonly counts: ActionCounts;
  /** Stacks that the base deploys and head does not: nothing deletes them. In sentences. */
  readonly abandoned: readonly string[];
  /** The dangerous ones first. */
  readonly resources: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly action: Action;
  readonly program: PulumiKind;
  readonly what: string;
  readonly label: string;
  readonly key: string;
  /** Inputs that differ; of a created or deleted resource, none. */
  readonly inputs: readonly Difference[];
  /** Consequences that must not be overlooked, in sentences. */
  readonly dangers: readonly string[];
  /** Other facts to know of it, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Compares what the programs register. Undefined where neither side has a section that a program is for, and where the
 * programs were not asked for.
 */
export function compareEntra(base: BaseFacts, head: Side): EntraChanges | undefined {
  const before = base.kind === 'estate' ? base.side : undefined;
  const sides = [...(before === undefined ? [] : [before]), head];
  const concerned = sides.filter(({ plan }) => programsOf(plan.estate).length > 0);
  if (concerned.every(({ plan, programs }) => programs === undefined && !hasErrors(plan.findings))) return undefined;
  const reasons = concerned.flatMap(reasonNotToCompare);
  if (reasons.length > 0) return { notCompared: reasons.join(' '), abandoned: [], ...summaryOf([]) };
  const programs = PULUMI_KINDS.map((name) => ({ before: runOf(before, name), after: runOf(head, name) }));
  const changes = programs.flatMap(({ before: run, after }) => (after ? comparePrograms(run, after) : []));
  const flowsOf = (side: Side | undefined) => side?.plan.estate.customers?.userFlows ?? [];
  return {
    abandoned: programs.flatMap(({ before: run, after }) => (after === undefined && run ? [abandonment(run)] : [])),
    ...summaryOf(withRenamedFlows(changes, [flowsOf(before), flowsOf(head)])),
  };
}

/** A program without its section can't be run, so its stack is neither changed nor deleted. */
function abandonment({ stack, resources }: ProgramRun): string {
  const deployed = resources.filter(({ kind }) => kind === 'resource').length;
  return `The estate has no section for the stack ${stack} any more, but what it deployed stays in the directory: ${count(deployed, 'resource')}. Run \`pulumi destroy --stack ${stack}\` from the base first.`;
}

function runOf(side: Side | undefined, name: ProgramRun['program']): ProgramRun | undefined {
  return side?.programs?.programs.find(({ program }) => program === name);
}

function reasonNotToCompare({ plan, programs, revision }: Side): readonly string[] {
  const name = revision === undefined ? 'The estate' : `The estate at ${revision}`;
  // Without errors, they have not run yet.
  if (programs === undefined)
    return hasErrors(plan.findings) ? [`${name} has errors, so its programs were not run.`] : [];
  return programs.programs
    .filter(({ failure }) => failure !== undefined)
    .map(({ program, failure = '' }) => `${name}: the program ${program} of ${plan.estate.name} fails: ${failure}`);
}

function summaryOf(changes: readonly ResourceChange[]): Pick<EntraChanges, 'counts' | 'resources'> {
  return { counts: countActions(changes), resources: changes.toSorted((a, b) => weightOf(a) - weightOf(b)) };
}

const WEIGHTS: Readonly<Record<Action, number>> = { delete: 0, replace: 1, update: 2, create: 3 };

function weightOf({ action, dangers }: ResourceChange): number {
  return (dangers.length > 0 ? 0 : 10) + WEIGHTS[action];
}

/** Reports what the programs say of themselves: a failure would stop the deployment, a warning would not. */
export function programIssues(runs: ProgramRuns | undefined): readonly Issue[] {
  return (runs?.programs ?? []).flatMap(issuesOf);
}

function issuesOf({ program, warnings, failure }: ProgramRun): readonly Issue[] {
  const at = [program];
  return [
    ...linesOf(failure).map((problem): Issue => ({ severity: 'error', code: 'program-failed', at, problem })),
    ...warnings.map((warning): Issue => ({ severity: 'warning', code: 'program-warning', at, problem: warning })),
  ];
}

/** A message of several lines says in the first one that others follow. */
function linesOf(message: string | undefined): readonly string[] {
  if (message === undefined) return [];
  const lines = message.split('\n').map((line) => line.trim());
  const [first = '', ...others] = lines.filter((line) => line !== '');
  return others.length > 0 && first.endsWith(':') ? others : [[first, ...others].join(' ')];
}

/** A stack that stays behind is a warning: only the base's own checkout can delete it, before or after this. */
export function abandonedPrograms(changes: EntraChanges | undefined): readonly Issue[] {
  return (changes?.abandoned ?? []).map((text) => ({
    severity: 'warning',
    code: 'stack-abandoned',
    at: [],
    problem: `leaves a stack behind. ${text}`,
  }));
}

/** Compares what deploying the head's program over the base's would do, resource by resource. The base may not have had it. */
export function comparePrograms(base: ProgramRun | undefined, head: ProgramRun): readonly ResourceChange[] {
  return new ProgramComparison(base, head).changes();
}

class ProgramComparison {
  private readonly before: ResourceIndex;
  private readonly after: ResourceIndex;
  private readonly program: ResourceChange['program'];
  /** A resource of the base by the head's that is the same one: by key, or by a key that it has had. */
  private readonly matches: ReadonlyMap<ProgramResource, ProgramResource>;
  /** Keys of the head's resources that are replaced, and of lookups that find another object by that. */
  private readonly renewed = new Set<string>();

  constructor(
    private readonly base: ProgramRun | undefined,
    head: ProgramRun,
  ) {
    this.after = new ResourceIndex(head.resources);
    const laterNames = head.resources.flatMap(({ aliases, name }) => aliases.map((alias) => [alias, name] as const));
    this.before = new ResourceIndex(base?.resources ?? [], new Map(laterNames));
    this.program = head.program;
    this.matches = new Map(
      this.after.resources.flatMap((resource) => {
        const match = this.matchOf(resource);
        return match === undefined ? [] : [[resource, match] as const];
      }),
    );
  }

  changes(): readonly ResourceChange[] {
    const kept = new Set(this.matches.values());
    return [
      ...this.inOrder().flatMap((resource) => this.changeOf(resource)),
      ...this.before.resources
        .filter((resource) => resource.kind === 'resource' && !kept.has(resource))
        .map((resource) =>
          this.change('delete', resource, {
            inputs: [],
            ...consequencesOfDeletion(resource, this.before, this.after),
          }),
        ),
    ];
  }

  private matchOf({ key, aliases }: ProgramResource): ProgramResource | undefined {
    const earlier = aliases.find((alias) => this.after.get(alias) === undefined && this.before.get(alias));
    return this.before.get(key) ?? this.before.get(earlier ?? key);
  }

  /** Sorts resources: what others need comes first, so that it is known to be replaced by the time that they are looked at. */
  private inOrder(): readonly ProgramResource[] {
    const ordered = new Set<ProgramResource>();
    const add = (resource: ProgramResource): void => {
      if (ordered.has(resource)) return;
      for (const key of resource.dependsOn) {
        const needed = this.after.get(key);
        if (needed !== undefined) add(needed);
      }
      ordered.add(resource);
    };
    this.after.resources.forEach(add);
    return [...ordered];
  }

  private changeOf(resource: ProgramResource): readonly ResourceChange[] {
    const before = this.matches.get(resource);
    if (resource.kind === 'lookup' && this.usesRenewed(Object.values(resource.inputs))) this.renewed.add(resource.key);
    if (resource.kind !== 'resource') return [];
    if (before === undefined) {
      // A program that is new as a whole has not widened anything.
      const told = this.base === undefined ? consequences([]) : consequencesOfCreation(resource, this.after);
      return [this.change('create', resource, { inputs: [], ...told })];
    }
    const inputs = this.inputChanges(before, resource);
    if (inputs.length === 0) return [];
    if (!inputs.some((input) => input.forcesReplacement)) {
      const { type, inputs: now } = resource;
      const label = this.after.labelOf(resource);
      const update =
        resourceType(type).updated?.(this.named(before.inputs), this.named(now), label) ?? consequences([]);
      return [this.change('update', resource, { inputs, ...update })];
    }
    this.renewed.add(resource.key);
    return [this.change('replace', resource, { inputs, ...consequencesOfReplacement(before, this.before) })];
  }

  /** Inputs with the names of what they refer to: one name for both sides where it is there on both. */
  private named(inputs: FactInputs): FactInputs {
    return withNames(inputs, (key) => (this.after.get(key) === undefined ? this.before : this.after).labelOfKey(key));
  }

  private change(
    action: ResourceChange['action'],
    resource: ProgramResource,
    rest: Consequences & Pick<ResourceChange, 'inputs'>,
  ): ResourceChange {
    const label = (action === 'delete' ? this.before : this.after).labelOf(resource);
    const { key, type } = resource;
    return { action, program: this.program, what: resourceType(type).what, label, key, ...rest };
  }

  private inputChanges(before: ProgramResource, after: ProgramResource): readonly Difference[] {
    const renewed = Object.entries(after.inputs)
      .filter(([name, value]) => forcesReplacement(after.type, name) && this.usesRenewed([value]))
      .map(([name, value]) => {
        const text = this.after.show(value);
        return { name, before: text, after: `${text}, replaced`, forcesReplacement: true };
      });
    const names = new Set(renewed.map(({ name }) => name));
    return [
      ...renewed,
      ...changedInputs({ resource: before, index: this.before }, { resource: after, index: this.after }).filter(
        ({ name }) => !names.has(name),
      ),
    ];
  }

  private usesRenewed(values: readonly (FactValue | undefined)[]): boolean {
    return values.some((value) => {
      if (isReference(value)) return this.renewed.has(value.$ref);
      if (isInterpolation(value))
        return value.$text.some((part) => typeof part !== 'string' && this.usesRenewed([part]));
      if (isList(value)) return this.usesRenewed(value);
      return false;
    });
  }
}

const APPLICATION = 'azuread:index/application:Application';
const ASSIGNMENT = 'azuread:index/appRoleAssignment:AppRoleAssignment';
const GROUP = 'azuread:index/group:Group';
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';
const EXTENSION = 'entragraph:index:CustomAuthenticationExtension';
const CONSENT = 'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant';

/**
 * Consequences of a deletion. A group that the head looks up by the same name is deleted all the same: the lookup comes too
 * late.
 */
export function consequencesOfDeletion(
  resource: ProgramResource,
  index: ResourceIndex,
  head: ResourceIndex | undefined,
): Consequences {
  if (resource.retainOnDelete) return consequences([], ['It stays in the directory: Pulumi only forgets it.']);
  const adopted = resource.type === GROUP && isLookedUp(index.labelOf(resource), head);
  return consequences([
    resourceType(resource.type).removed?.(resource, index),
    adopted && 'To adopt it instead, take it out of the state first: `pulumi state delete <urn>`.',
  ]);
}

function isLookedUp(group: string, head: ResourceIndex | undefined): boolean {
  const lookups = head?.ofType('azuread:index/getGroup:getGroup') ?? [];
  return lookups.some((lookup) => head?.labelOf(lookup) === group);
}

/**
 * Consequences of a replacement. Both sides are of one day: a client secret that differs was not rotated, but has another
 * rotation, and would have gone on.
 */
export function consequencesOfReplacement(resource: ProgramResource, index: ResourceIndex): Consequences {
  if (resource.type === PASSWORD) {
    const application = index.labelOf(index.applicationOf(resource) ?? resource);
    return consequences([
      `A client secret of ${application} is replaced before its end: sign-ins with it fail until the new one is taken over.`,
    ]);
  }
  const { dangers } = consequencesOfDeletion(resource, index, undefined);
  return consequences(resourceType(resource.type).isLostWithId ? dangers : [], [
    'It is created again, with another id; what it gives is missing for that moment.',
  ]);
}

/** Consequences of a new resource: what it allows that was not allowed. */
function consequencesOfCreation(resource: ProgramResource, index: ResourceIndex): Consequences {
  const { type, inputs } = resource;
  const label = index.labelOf(resource);
  const scopes = textsIn(inputs, 'claimValues').join(', ');
  const own = type === ASSIGNMENT ? index.roleOf(inputs) : undefined;
  const { dangers } =
    type === APPLICATION ? APPLICATION_PROPERTIES.implicitTokens.changed({}, inputs, label) : consequences([]);
  return consequences(
    [
      ...dangers,
      type === CONSENT && `Consent widened for everybody (${label}): ${scopes}.`,
      own && `${own.client} may act at ${own.resource} without a person: ${String(own.role)}.`,
    ],
    [
      type === EXTENSION &&
        `${label} is called at ${textIn(inputs, 'event') ?? 'its event'} from now on: it is told of people, and its answers count.`,
    ],
  );
}

/** A resource with the others of its side. */
interface SidedResource {
  readonly resource: ProgramResource;
  readonly index: ResourceIndex;
}

/** Inputs that differ, down to the parts of objects; of a list, only the items that came or went. */
function changedInputs(before: SidedResource, after: SidedResource): readonly Difference[] {
  const [old, now] = [inputsOf(before), inputsOf(after)];
  return namesOf(old, now).flatMap((input) => {
    const replaces = forcesReplacement(after.resource.type, input);
    const changesOf = (name: string, from?: FactValue, to?: FactValue): readonly Difference[] => {
      const change = (was: string | undefined, is: string | undefined, part = name): readonly Difference[] =>
        was === is ? [] : [known({ name: part, before: was, after: is, forcesReplacement: replaces })];
      if (from === undefined || to === undefined) return change(shown(before, from), shown(after, to));
      if (isObject(from) && isObject(to)) {
        return namesOf(from, to).flatMap((key) => changesOf(`${name}.${key}`, from[key], to[key]));
      }
      if (!isList(from) || !isList(to)) return change(shown(before, from), shown(after, to));
      const [were, are] = [from.map((item) => shown(before, item)), to.map((item) => shown(after, item))];
      const [gone, come] = [were.filter((item) => !are.includes(item)), are.filter((item) => !were.includes(item))];
      const isReordered = gone.length + come.length === 0;
      return isReordered
        ? change(were.join(', '), are.join(', '), `${name} (order)`)
        : change(listed(gone), listed(come));
    };
    return changesOf(input, old[input], now[input]);
  });
}

function inputsOf({ resource: { type, inputs } }: SidedResource): FactInputs {
  return FLOW_TYPES.includes(type) ? namedFlow(inputs) : inputs;
}

function shown({ index }: SidedResource, value: FactValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value === '' ? '""' : index.show(value);
}

function listed(items: readonly (string | undefined)[]): string | undefined {
  return items.length === 0 ? undefined : items.join(', ');
}

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareText);
}
