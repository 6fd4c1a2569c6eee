import { type JsonObject, textOf } from '../../../json';
import { ExpressionError } from './expressions';
import {
  type Change,
  differences,
  type Mapped,
  mapped,
  matchingFilters,
  type ObjectMapping,
  ofState,
  resourceOf,
} from './mapping';
import { ExportError, type ScimTarget } from './scim';
import type { SourceObject } from './source';
import type { Link } from './state';

export type Action = 'create' | 'update' | 'disable' | 'delete' | 'other';

/** The outcome for one object, as the log of provisioning has it. */
export interface Outcome {
  readonly id: string;
  readonly kind: SourceObject['kind'];
  readonly name: string;
  readonly targetId: string | undefined;
  readonly action: Action;
  readonly status: 'success' | 'skipped' | 'failure';
  /** Why nothing was written; empty after a success. */
  readonly reason: string;
  readonly description: string;
  readonly changes: readonly Change[];
  /** The tie afterwards; undefined where there is none. */
  readonly link: Link | undefined;
}

const SETS = { User: 'Users', Group: 'Groups' } as const;

const SCHEMAS = {
  User: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
  Group: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
} as const;

/** An object with its mapping, its tie, and the members that the target can be told of. */
export interface Subject {
  readonly object: SourceObject;
  readonly mapping: ObjectMapping;
  readonly link: Link | undefined;
}

/** Sends one object to the target. Users alone are disabled; a group that leaves is deleted. */
export async function exportObject(target: ScimTarget, subject: Subject): Promise<Outcome> {
  try {
    if (subject.object.state === 'in-scope') return await write(target, subject);
    return subject.object.kind === 'User' ? await disable(target, subject) : await remove(target, subject);
  } catch (error) {
    return failed(subject, error);
  }
}

/** The outcome of an error that concerns one object. @throws any other error */
export function failed({ object, link }: NamedSubject, error: unknown): Outcome {
  if (!(error instanceof ExportError || error instanceof ExpressionError)) throw error;
  const reason =
    error instanceof ExportError ? 'SystemForCrossDomainIdentityManagementServiceError' : 'ExpressionError';
  return { ...about(object, link), action: 'other', status: 'failure', reason, description: error.message };
}

/** An object that is not in Entra any more: "the service deletes the user in the target system". */
export async function removeGone(
  target: ScimTarget,
  { object, link }: { readonly object: Named; readonly link: Link },
  actions: readonly string[],
): Promise<Outcome> {
  if (!actions.includes('Delete'))
    return skipped({ object, link }, 'DeletesAreOff', 'Delete is not a target object action');
  try {
    await target.remove(SETS[link.kind], link.targetId);
  } catch (error) {
    return failed({ object, link }, error);
  }
  return { ...about(object, link), ...done('delete', `'${link.name}' was deleted`), link: undefined };
}

async function write(target: ScimTarget, subject: Subject): Promise<Outcome> {
  const { object, mapping } = subject;
  const isDisabled = object.kind === 'User' && object.attributes['accountEnabled'] !== 'True';
  const values = mapped(mapping, { ...object.attributes, IsSoftDeleted: isDisabled ? 'True' : 'False' });
  const found = await match(target, subject, values);
  if (found !== undefined) return update(target, subject, { found, values, isDisabled });
  // "Provisioning a user that is disabled in Microsoft Entra ID isn't supported."
  if (isDisabled) return { ...skipped(subject, 'NotActive', `'${object.name}' is disabled`), link: undefined };
  if (!mapping.actions.includes('Add'))
    return skipped(subject, 'CreatesAreOff', 'Create is not a target object action');
  const resource = resourceOf(values);
  const body = { schemas: SCHEMAS[object.kind], ...resource, meta: { resourceType: object.kind } };
  const targetId = await target.create(SETS[object.kind], body);
  const changes = values.map(({ target: name, value }) => ({ name, before: undefined, after: value }));
  const link = linkTo(subject, targetId, true);
  return { ...about(object, link), ...done('create', `'${object.name}' was created`), changes };
}

/** The resource that the job knows of, or one that has the same matching attributes. */
async function match(
  target: ScimTarget,
  { object, link }: Subject,
  values: readonly Mapped[],
): Promise<JsonObject | undefined> {
  const set = SETS[object.kind];
  const known = link === undefined ? undefined : await target.read(set, link.targetId);
  if (known !== undefined) return known;
  for (const filter of matchingFilters(values)) {
    const found = await target.find(set, filter);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Found {
  readonly found: JsonObject;
  readonly values: readonly Mapped[];
  readonly isDisabled: boolean;
}

async function update(target: ScimTarget, subject: Subject, { found, values, isDisabled }: Found): Promise<Outcome> {
  const { object, mapping } = subject;
  const link = linkTo(subject, textOf(found, 'id'), !isDisabled);
  const changes = differences(values, found);
  if (changes.length === 0) {
    return { ...skipped(subject, 'RedundantExport', `'${object.name}' is the same in both systems`), link };
  }
  if (!mapping.actions.includes('Update'))
    return skipped(subject, 'UpdatesAreOff', 'Update is not a target object action');
  await target.patch(SETS[object.kind], link.targetId, operationsOf(changes));
  const action = isDisabled && found['active'] === true ? 'disable' : 'update';
  return { ...about(object, link), ...done(action, `'${object.name}' was changed`), changes };
}

function operationsOf(changes: readonly Change[]): readonly JsonObject[] {
  return changes.map(({ name, before, after }) => ({
    op: before === undefined || before === null ? 'Add' : 'Replace',
    path: name,
    value: after,
  }));
}

/** Somebody out of scope or in the recycle bin: "the service disables the user in the target system via an update". */
async function disable(target: ScimTarget, subject: Subject): Promise<Outcome> {
  const { object, mapping, link } = subject;
  if (link?.isManaged !== true) return skipped(subject, 'NotEffectivelyEntitled', `'${object.name}' is not in scope`);
  // In the bin it waits to be deleted for good; out of scope nobody looks after it any more.
  const kept = { ...link, isActive: false, isManaged: object.state === 'soft-deleted' };
  const found = await target.read('Users', link.targetId);
  const values = ofState(mapped(mapping, { ...object.attributes, IsSoftDeleted: 'True' }));
  const changes = found === undefined ? [] : differences(values, found);
  if (changes.length === 0 || !mapping.actions.includes('Update')) {
    return { ...skipped(subject, 'RedundantExport', `'${object.name}' is disabled already`), link: kept };
  }
  await target.patch('Users', link.targetId, operationsOf(changes));
  return { ...about(object, kept), ...done('disable', `'${object.name}' was disabled`), changes };
}

async function remove(target: ScimTarget, subject: Subject): Promise<Outcome> {
  const { object, mapping, link } = subject;
  if (link === undefined) return skipped(subject, 'NotEffectivelyEntitled', `'${object.name}' is not in scope`);
  return removeGone(target, { object, link }, mapping.actions);
}

function linkTo({ object, link }: Subject, targetId: string, isActive: boolean): Link {
  const members = link?.targetId === targetId ? link.members : [];
  return { kind: object.kind, targetId, name: object.name, isManaged: true, isActive, members };
}

type About = Pick<Outcome, 'id' | 'kind' | 'name' | 'targetId' | 'link' | 'changes'>;
type Named = Pick<SourceObject, 'id' | 'kind' | 'name'>;

interface NamedSubject {
  readonly object: Named;
  readonly link: Link | undefined;
}

function about({ id, kind, name }: Named, link: Link | undefined): About {
  return { id, kind, name, targetId: link?.targetId, link, changes: [] };
}

function done(action: Action, description: string): Pick<Outcome, 'action' | 'status' | 'reason' | 'description'> {
  return { action, status: 'success', reason: '', description };
}

function skipped({ object, link }: NamedSubject, reason: string, description: string): Outcome {
  return { ...about(object, link), action: 'other', status: 'skipped', reason, description };
}
