import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { DeployedSet } from '../clouds/facts/access-facts';
import type { Access } from '../estate/sections/estate';
import type { AccessEntry, PermissionSetEntry } from '../estate/sections/access/schema';
import { AccessEntry as AccessSchema } from '../estate/sections/access/schema';
import { withPositions } from '../estate/source/located';
import { formatPath } from '../text/path';
import { withoutUndefined } from '../estate/source/without-undefined';
import { issuesOf } from '../estate/source/zod-issues';
import type { LeftThing } from './adopt';

/** Settings of access that AWS does not know, and an import keeps: as they are written, and as they were read. */
export interface KeptAccess {
  readonly written: AccessEntry;
  readonly read?: Access | undefined;
}

/** Settings that an import keeps of an estate that is not there yet. */
export const NOTHING_KEPT: KeptAccess = { written: { permissionSets: [], grants: [] } };

/**
 * The access section of an estate file that exists. @throws Error if it has faults: what could not be read would be lost
 *
 * @param read the same, read with the policy files beside it
 */
export function keptAccess(text: string, read: Access | undefined): KeptAccess {
  const file: unknown = parse(text, { logLevel: 'silent' });
  if (typeof file !== 'object' || file === null || !('access' in file)) return NOTHING_KEPT;
  const value = withPositions(file.access, ['access']);
  const parsed = AccessSchema.safeParse(value);
  if (parsed.success) return { written: file.access as AccessEntry, read };
  const [fault] = issuesOf(parsed.error, AccessSchema, value);
  const where = fault === undefined ? '' : ` (${formatPath(['access', ...fault.at])}: ${fault.problem})`;
  throw new Error(
    `its access section has faults${where}, so that what to keep of it can't be read: correct them, or remove the section`,
  );
}

type SetOwn = Pick<PermissionSetEntry, 'grantable' | 'acknowledge'>;

/** An entry of what is deployed, with what the estate alone says of the set, and its policy in the file that has it. */
export function keptSetEntry({ written, read }: KeptAccess, entry: PermissionSetEntry): PermissionSetEntry {
  const before = written.permissionSets.find(({ name }) => name === entry.name);
  if (before === undefined) return entry;
  const { grantable, acknowledge } = before;
  const own: SetOwn = { ...(grantable && { grantable }), ...(acknowledge && { acknowledge }) };
  const policy = read?.permissionSets.find(({ name }) => name === entry.name)?.inlinePolicy;
  if (policy?.kind !== 'file' || !isDeepStrictEqual(policy.document, entry.inlinePolicy)) return { ...entry, ...own };
  return withoutUndefined({ ...entry, inlinePolicy: undefined, inlinePolicyFile: policy.file, ...own });
}

/** Settings that an estate has, and its new section does not: for a person to write again where it still holds. */
export function lostAccess({ written }: KeptAccess, sets: readonly DeployedSet[]): readonly LeftThing[] {
  const names = new Set(sets.map(({ name }) => name));
  const gone = written.permissionSets.filter(({ name }) => !names.has(name));
  return [
    ...gone.map(({ name }): LeftThing => ({ reason: 'undeployed-set', subject: `permission set ${name}` })),
    ...written.grants.flatMap(({ group, permissionSets, acknowledge = [] }) =>
      acknowledge.map(({ rule, reason }): LeftThing => ({
        reason: 'grant-acknowledgement',
        subject: `${rule}, of ${permissionSets.join(', ')} for ${group}: ${reason}`,
      })),
    ),
  ];
}
