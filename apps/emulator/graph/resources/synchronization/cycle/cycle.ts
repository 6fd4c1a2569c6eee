import { exportObject, type Outcome, removeGone, type Subject, failed } from './export';
import type { ObjectMapping } from './mapping';
import { ConnectionError, type ScimTarget } from './scim';
import type { SourceObject } from './source';
import { type CycleState, digestOfState, type Link } from './state';
import type { JsonObject } from '../../../json';

export interface CycleInput {
  readonly objects: readonly SourceObject[];
  readonly mappings: ReadonlyMap<string, ObjectMapping>;
  /** Version of the job's schema: another one is an initial cycle. */
  readonly schemaVersion: string;
  /** `SkipOutOfScopeDeletions`: nobody is disabled for leaving the scope. */
  readonly skipsOutOfScope: boolean;
  /** Most that one cycle may disable or delete. @default any number */
  readonly mostDeletions?: number | undefined;
  /** Objects to export, where somebody asked for these. @default all that changed */
  readonly only?: readonly string[];
}

export interface CycleResult {
  readonly state: CycleState;
  readonly outcomes: readonly Outcome[];
  /** Objects that were held back, all of them, since they are more than the threshold allows. */
  readonly heldBack: readonly Pick<SourceObject, 'id' | 'kind' | 'name'>[];
  /** Why it ended early: the target can't be reached, or refuses the credentials. */
  readonly problem?: string;
}

/**
 * One cycle ('How Application Provisioning works', initial and incremental cycles): what changed since the watermark is sent,
 * users first, then groups with their members. An object that fails has no watermark and is tried in the next cycle.
 */
export async function runCycle(target: ScimTarget, input: CycleInput, state: CycleState): Promise<CycleResult> {
  const cycle = new Cycle(target, input, state);
  const leaving = cycle.leaving();
  if (leaving.length > (input.mostDeletions ?? Infinity)) return { state, outcomes: [], heldBack: leaving };
  try {
    await cycle.run('User');
    await cycle.run('Group');
    return { ...cycle.done, heldBack: [] };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return { ...cycle.done, heldBack: [], problem: error.message };
  }
}

class Cycle {
  private readonly links: Record<string, Link>;
  private readonly watermark: Record<string, string>;
  private readonly objects: ReadonlyMap<string, SourceObject>;
  private readonly outcomes: Outcome[] = [];

  constructor(
    private readonly target: ScimTarget,
    private readonly input: CycleInput,
    state: CycleState,
  ) {
    this.links = { ...state.links };
    this.watermark = { ...state.watermark };
    this.objects = new Map(input.objects.map((object) => [object.id, object]));
  }

  /** What was done so far, which stays done. */
  get done(): Pick<CycleResult, 'state' | 'outcomes'> {
    return { state: { links: this.links, watermark: this.watermark }, outcomes: this.outcomes };
  }

  /** Objects that would be disabled or deleted at the target. */
  leaving(): readonly Pick<SourceObject, 'id' | 'kind' | 'name'>[] {
    const there = this.input.objects.filter((object) => this.isChanged(object) && this.isLeaving(object));
    const gone = this.gone().filter(([, { isManaged }]) => isManaged);
    return [...there, ...gone.map(([id, { kind, name }]) => ({ id, kind, name }))];
  }

  /** Exports what changed of one kind. */
  async run(kind: SourceObject['kind']): Promise<void> {
    for (const object of this.input.objects.filter((one) => one.kind === kind && this.isChanged(one))) {
      await this.export(object);
    }
    for (const [id, link] of this.gone().filter(([, one]) => one.kind === kind)) await this.removeGone(id, link);
  }

  private async export(object: SourceObject): Promise<void> {
    const mapping = this.input.mappings.get(object.kind);
    if (mapping === undefined) return;
    const link = this.links[object.id];
    const digest = this.digest(object);
    // Who was never provisioned and is not in scope leaves no trace, unless somebody asks, nor does who is skipped on purpose.
    if (object.state !== 'in-scope' && !this.isTakenAway(object) && this.input.only === undefined) {
      this.watermark[object.id] = digest;
      return;
    }
    const subject: Subject = { object, mapping, link };
    const first = await exportObject(this.target, subject);
    const context = { links: this.links, objects: this.objects };
    const outcome =
      object.kind === 'Group' && object.state === 'in-scope'
        ? await exportMembers(this.target, subject, { outcome: first, context })
        : first;
    this.outcomes.push(outcome);
    this.keep(outcome);
    if (outcome.status === 'failure') Reflect.deleteProperty(this.watermark, object.id);
    else this.watermark[object.id] = digest;
  }

  private async removeGone(id: string, link: Link): Promise<void> {
    const actions = this.input.mappings.get(link.kind)?.actions ?? [];
    // "A delete request isn't sent" for who is not managed any more.
    const outcome = link.isManaged
      ? await removeGone(this.target, { object: { id, ...link }, link }, actions)
      : undefined;
    if (outcome !== undefined) this.outcomes.push(outcome);
    if (outcome?.status === 'failure') return;
    Reflect.deleteProperty(this.links, id);
    Reflect.deleteProperty(this.watermark, id);
  }

  private keep({ id, link }: Outcome): void {
    if (link === undefined) Reflect.deleteProperty(this.links, id);
    else this.links[id] = link;
  }

  private gone(): readonly (readonly [string, Link])[] {
    const { mappings, only } = this.input;
    return Object.entries(this.links).filter(
      ([id, { kind }]) => !this.objects.has(id) && mappings.has(kind) && only?.includes(id) !== false,
    );
  }

  private isTakenAway({ id, state }: SourceObject): boolean {
    const isKept = state === 'in-scope' || (state === 'out-of-scope' && this.input.skipsOutOfScope);
    return !isKept && this.links[id]?.isManaged === true;
  }

  /** Somebody disabled counts too ('Enable accidental deletions prevention'). */
  private isLeaving(object: SourceObject): boolean {
    const isDisabled = object.kind === 'User' && object.attributes['accountEnabled'] === 'False';
    const link = this.links[object.id];
    return link?.isActive === true && link.isManaged && (isDisabled || this.isTakenAway(object));
  }

  private isChanged(object: SourceObject): boolean {
    if (this.input.only?.includes(object.id) === false) return false;
    return this.watermark[object.id] !== this.digest(object);
  }

  /** Of members, those that the target can have count: one that was provisioned later changes the group. */
  private digest(object: SourceObject): string {
    const { links, objects } = this;
    const members = wantedMembers(object, { links, objects });
    return digestOfState([this.input.schemaVersion, object.state, object.attributes, members]);
  }
}

/** Most memberships in one request, as IAM Identity Center takes them ('PatchGroup'). */
const MOST = 100;

interface MemberContext {
  readonly links: Readonly<Record<string, Link>>;
  readonly objects: ReadonlyMap<string, SourceObject>;
}

/** Ids at the target of the members that a group is to have. */
function wantedMembers({ members }: SourceObject, { links }: MemberContext): readonly string[] {
  return members.flatMap((id) => (links[id]?.isManaged === true ? [links[id].targetId] : []));
}

/** Adds and removes members of a group that was exported. @returns its outcome, with the members that it has now */
async function exportMembers(
  target: ScimTarget,
  subject: Subject,
  { outcome, context }: { readonly outcome: Outcome; readonly context: MemberContext },
): Promise<Outcome> {
  const { link } = outcome;
  if (link === undefined || outcome.status === 'failure' || !subject.mapping.mapsMembers) return outcome;
  const wanted = wantedMembers(subject.object, context);
  const leaving = link.members.filter((id) => !wanted.includes(id)).map((id) => [id, leaves(id, context)] as const);
  const added = wanted.filter((id) => !link.members.includes(id));
  const removed = leaving.flatMap(([id, how]) => (how === 'removed' ? [id] : []));
  const members = [...wanted, ...leaving.flatMap(([id, how]) => (how === 'stays' ? [id] : []))];
  if (added.length + removed.length === 0) return { ...outcome, link: { ...link, members } };
  try {
    for (const [op, ids] of [
      ['Add', added],
      ['Remove', removed],
    ] as const) {
      for (const part of parts(ids)) await target.patch('Groups', link.targetId, [operation(op, part)]);
    }
  } catch (error) {
    return failed({ object: subject.object, link }, error);
  }
  const changes = [
    ...outcome.changes,
    ...added.map((id) => ({ name: 'members', before: undefined, after: id })),
    ...removed.map((id) => ({ name: 'members', before: id, after: null })),
  ];
  const action = outcome.action === 'create' ? 'create' : 'update';
  const description = `'${subject.object.name}': ${added.length} added, ${removed.length} removed`;
  return { ...outcome, action, status: 'success', reason: '', description, changes, link: { ...link, members } };
}

/** Somebody in the recycle bin stays a member: the target "should maintain" the groups of who is inactive. */
function leaves(targetId: string, { links, objects }: MemberContext): 'removed' | 'stays' | 'gone' {
  const [id] = Object.entries(links).find(([, link]) => link.targetId === targetId) ?? [];
  if (id === undefined) return 'gone';
  return objects.get(id)?.state === 'soft-deleted' ? 'stays' : 'removed';
}

function parts(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / MOST) }, (_, index) =>
    ids.slice(index * MOST, (index + 1) * MOST),
  );
}

function operation(op: 'Add' | 'Remove', ids: readonly string[]): JsonObject {
  return { op, path: 'members', value: ids.map((value) => ({ $ref: null, value })) };
}
