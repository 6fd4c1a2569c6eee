import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import type { WorkforceGroup } from '../../src/estate/sections/workforce/workforce';

export interface WorkforceGroupsArgs {
  /** Groups of the estate. Their names are their identity: a renamed group is another group. */
  readonly groups: readonly WorkforceGroup[];
}

/**
 * Security groups of the organization's own people in Entra ID. A group with `adopt` exists already: it is looked up by
 * its display name and never changed or deleted; the lookup fails if there is none, or more than one.
 */
export class WorkforceGroups extends pulumi.ComponentResource {
  /** Entra object id of each group, by display name. It is not the id that the Identity Store gives the group. */
  readonly objectIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: WorkforceGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:WorkforceGroups', name, {}, opts);
    const entries = args.groups.map((group): readonly [string, pulumi.Output<string>] => [
      group.name,
      group.adopt ? this.adoptGroup(group) : this.createGroup(`${name}-${group.name}`, group),
    ]);
    this.objectIds = Object.fromEntries(entries);
    this.registerOutputs({ objectIds: this.objectIds });
  }

  private createGroup(name: string, group: WorkforceGroup): pulumi.Output<string> {
    const resource = new azuread.Group(
      name,
      {
        displayName: group.name,
        ...(group.description !== undefined && { description: group.description }),
        securityEnabled: true,
        // Provisioning and grants go by display name: a second group of one name would be granted by accident. Azuread
        // does not escape the name in its search for one, so that it fails for a name with an apostrophe.
        preventDuplicateNames: !group.name.includes("'"),
      },
      // It counts at the creation alone; a group that was imported does not have it.
      { parent: this, ignoreChanges: ['preventDuplicateNames'] },
    );
    return resource.objectId;
  }

  private adoptGroup(group: WorkforceGroup): pulumi.Output<string> {
    // Azuread puts the name into its filter as it is; OData doubles an apostrophe.
    const displayName = group.name.replaceAll("'", "''");
    return azuread.getGroupOutput({ displayName, securityEnabled: true }, { parent: this }).objectId;
  }
}
