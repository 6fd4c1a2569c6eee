import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { formatPath } from '../../src/text/values';
import { quotedList } from '../../src/text/suggest';
import type { WorkforceGroup } from '../../src/estate/sections/workforce/workforce';

export interface WorkforceGroupsArgs {
  /** Groups of the estate. Their names are their identity: without `previousNames`, a renamed group is another group. */
  readonly groups: readonly WorkforceGroup[];
}

/**
 * Security groups of the organization's own people in Entra ID. A group with `adopt` exists already: it is looked up by
 * its object id and never changed or deleted; the lookup fails if there is none, or it has another name.
 */
export class WorkforceGroups extends pulumi.ComponentResource {
  /** Entra object id of each group, by display name. It is not the id that the Identity Store gives the group. */
  readonly objectIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: WorkforceGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:WorkforceGroups', name, {}, opts);
    const entries = args.groups.map((group): readonly [string, pulumi.Output<string>] => [
      group.name,
      group.adopt === false ? this.createGroup(name, group) : this.adoptGroup(group, group.adopt),
    ]);
    this.objectIds = Object.fromEntries(entries);
    const previousNames = previousNamesOf(args.groups);
    for (const group of args.groups) this.nest(name, group, previousNames);
    this.registerOutputs({ objectIds: this.objectIds });
  }

  private createGroup(prefix: string, group: WorkforceGroup): pulumi.Output<string> {
    const { description, membershipRule, owners, assignableToRoles } = group;
    const resource = new azuread.Group(
      `${prefix}-${group.name}`,
      {
        displayName: group.name,
        ...(description !== undefined && { description }),
        securityEnabled: true,
        ...(membershipRule !== undefined && {
          types: ['DynamicMembership'],
          dynamicMembership: { enabled: true, rule: membershipRule },
        }),
        ...(owners.length > 0 && { owners: this.findUsers(owners) }),
        ...(assignableToRoles && { assignableToRole: true }),
        // Provisioning and grants go by display name: a second group of one name would be granted by accident. Azuread
        // does not escape the name in its search for one, so that it fails for a name with an apostrophe.
        preventDuplicateNames: !group.name.includes("'"),
      },
      {
        parent: this,
        // It counts at the creation alone; a group that was imported does not have it.
        ignoreChanges: ['preventDuplicateNames'],
        // A second one of the name would be refused.
        deleteBeforeReplace: true,
        aliases: group.previousNames.map((earlier) => ({ name: `${prefix}-${earlier}` })),
      },
    );
    return resource.objectId;
  }

  /** Object ids; the lookup fails for a name that the directory does not have. */
  private findUsers(names: readonly string[]): pulumi.Output<string[]> {
    return azuread.getUsersOutput({ userPrincipalNames: [...names] }, { parent: this }).objectIds;
  }

  /** Each by itself, since other members are somebody else's matter. */
  private nest(name: string, { name: outer, nestedGroups }: WorkforceGroup, previousNames: PreviousNames): void {
    for (const inner of nestedGroups) {
      const [groupObjectId, memberObjectId] = [this.objectIds[outer], this.objectIds[inner]];
      if (groupObjectId === undefined || memberObjectId === undefined) continue;
      const aliases = namesOf(outer, previousNames).flatMap((one) =>
        namesOf(inner, previousNames).map((other) => ({ name: `${name}-${one}-${other}` })),
      );
      const opts = { parent: this, aliases: aliases.slice(1) };
      new azuread.GroupMember(`${name}-${outer}-${inner}`, { groupObjectId, memberObjectId }, opts);
    }
  }

  /** Everything that the group gets waits for its name to be right. */
  private adoptGroup({ at, name }: WorkforceGroup, adopt: true | { readonly id: string }): pulumi.Output<string> {
    // The checks of the estate refuse it.
    if (adopt === true) throw new pulumi.RunError(`${formatPath([...at, 'adopt'])}: '${name}' needs the object id`);
    const { id: objectId } = adopt;
    const found = azuread.getGroupOutput({ objectId, securityEnabled: true }, { parent: this });
    return pulumi.all([found.objectId, found.displayName]).apply(([foundId, displayName]) => {
      const fault = nameFault({ at, name }, { objectId, displayName });
      if (fault === undefined) return foundId;
      throw new pulumi.RunError(fault);
    });
  }
}

/** A group that was looked up by its id. */
interface FoundGroup {
  readonly objectId: string;
  readonly displayName: string;
}

/** Fault of an adopted group that has another name than the estate; undefined if it has not. */
export function nameFault({ at, name }: NamedGroup, { objectId, displayName }: FoundGroup): string | undefined {
  if (displayName === name) return undefined;
  return (
    `${formatPath([...at, 'adopt', 'id'])}: the group ${objectId} is named '${displayName}', not '${name}'. ` +
    'If it was renamed, change name here and in the grants; otherwise correct the id'
  );
}

/** Entra object ids of groups, by display name. */
export type GroupObjectIds = Readonly<Record<string, pulumi.Input<string>>>;

/** A group that is named at a place of the estate. */
export type NamedGroup = Pick<WorkforceGroup, 'at' | 'name'>;

/** @throws RunError if the group has no object id */
export function groupObjectId(ids: GroupObjectIds, { at, name }: NamedGroup): pulumi.Input<string> {
  const objectId = ids[name];
  if (objectId !== undefined) return objectId;
  throw new pulumi.RunError(
    `${formatPath(at)} must be one of the groups ${quotedList(Object.keys(ids))}, got '${name}'`,
  );
}

/** Earlier names of groups, by name. */
export type PreviousNames = Readonly<Record<string, readonly string[]>>;

export function previousNamesOf(groups: readonly WorkforceGroup[]): PreviousNames {
  return Object.fromEntries(groups.map(({ name, previousNames }) => [name, previousNames]));
}

/** Every name of a group, the present one first. */
function namesOf(name: string, previousNames: PreviousNames): readonly string[] {
  return [name, ...(previousNames[name] ?? [])];
}
