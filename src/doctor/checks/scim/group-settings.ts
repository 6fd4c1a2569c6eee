import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import type { WorkforceGroup } from '../../../estate/sections/workforce/workforce';
import type { ObjectId } from '../../../estate/source/ids';
import { patchCommand } from '../graph-command';
import type { GroupSettings } from '../../../clouds/facts/group-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import { PULUMI_UP, workforceOf } from '../saml/application';

/** Assigned groups are what the estate says: their rules, their owners, whether they carry roles, and where they come from. */
export const groupSettings: Check = {
  id: 'scim-group-settings',
  area: 'scim',
  title: 'Assigned groups are what the estate says they are',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const declared = new Map((input.plan.estate.workforce?.groups ?? []).map((group) => [group.name, group]));
    const { assigned, groupSettings: settings } = workforce.facts;
    return examine(together({ assigned, settings }), (facts) =>
      okUnless(
        facts.assigned.groups.flatMap(({ id, name }) => {
          const [group, found] = [declared.get(name), facts.settings.get(id)];
          return group === undefined || found === undefined ? [] : compare(group, found, id);
        }),
        `${facts.assigned.groups.length} assigned groups are as declared`,
      ),
    );
  },
};

function compare(group: WorkforceGroup, found: GroupSettings, id: ObjectId): readonly Observation[] {
  const name = showValue(group.name);
  const paused = found.isPaused
    ? [
        failure(
          `the rule of group ${name} is not applied: whoever it newly fits gets no access, and whoever it no longer fits keeps it`,
          'set Pause processing to No in the portal (Groups > the group > Dynamic membership rules)',
        ),
      ]
    : [];
  // A group that is only looked up is somebody else's.
  if (group.adopt !== false) return paused;
  if (found.isSynchronized) {
    return [
      failure(
        `group ${name} is synchronized from on-premises, and Entra ID refuses every change of it`,
        'adopt: { id } in the estate; take it out of the state of the stack first (pulumi state delete)',
      ),
    ];
  }
  return [...paused, ...rules(group, found, id), ...roles(group, found), ...owners(group, found)];
}

function rules(
  { name, membershipRule: rule }: WorkforceGroup,
  found: GroupSettings,
  id: ObjectId,
): readonly Observation[] {
  if (rule === found.membershipRule) return [];
  const [is, wanted] = [found.membershipRule, rule].map((one) =>
    one === undefined ? 'no rule' : `the rule ${showValue(one)}`,
  );
  return [
    failure(
      `group ${showValue(name)} has ${is ?? ''} for its members; the estate has ${wanted ?? ''}`,
      rule !== undefined && found.membershipRule !== undefined ? PULUMI_UP : changeType(id, rule),
    ),
  ];
}

/** A deployment would make another group, so that its people lose access: only the directory changes the type of one in place. */
function changeType(id: ObjectId, rule: string | undefined): string {
  const body =
    rule === undefined
      ? { groupTypes: [], membershipRule: null, membershipRuleProcessingState: 'Paused' }
      : { groupTypes: ['DynamicMembership'], membershipRule: rule, membershipRuleProcessingState: 'On' };
  const members = rule === undefined ? ', then take out whom the rule put in, and put back whom it took out' : '';
  return (
    'do not deploy before: a deployment replaces the group, and its people lose access; ' +
    `${patchCommand(`groups/${id}`, body)}${members}`
  );
}

function roles({ name, assignableToRoles }: WorkforceGroup, found: GroupSettings): readonly Observation[] {
  if (assignableToRoles === found.isAssignableToRoles) return [];
  return [
    failure(
      `roles of Entra ID ${found.isAssignableToRoles ? 'may' : "can't"} be assigned to group ${showValue(name)}, unlike in the estate`,
      'set assignableToRoles in the estate to what the group is: a deployment would make another group, without its members',
    ),
  ];
}

/** Without owners in the estate, whoever made the group owns it, and whoever was named before stays. */
function owners({ name, owners: wanted }: WorkforceGroup, found: GroupSettings): readonly Observation[] {
  if (wanted.length === 0 && found.owners.length === 0) return [];
  if (wanted.length === 0) {
    return [
      warning(
        `group ${showValue(name)} belongs to ${quotedList(found.owners)}, who can give access to anyone; the estate names no owners, so that a deployment leaves them`,
        'name the owners in the estate (workforce.groups, owners); to have none of them, name somebody else',
      ),
    ];
  }
  const lower = (names: readonly string[]): readonly string[] => names.map((one) => one.toLowerCase());
  const [has, wants] = [lower(found.owners), lower(wanted)];
  const missing = wanted.filter((_, index) => !has.includes(wants[index] ?? ''));
  const surplus = [
    ...found.owners.filter((_, index) => !wants.includes(has[index] ?? '')),
    ...found.owningApplications,
  ];
  return [
    ...(missing.length === 0
      ? []
      : [warning(`group ${showValue(name)} lacks owners: ${quotedList(missing)}`, PULUMI_UP)]),
    ...(surplus.length === 0
      ? []
      : [
          failure(
            `group ${showValue(name)} has owners that the estate does not have, who can give access to anyone: ${quotedList(surplus)}`,
            PULUMI_UP,
          ),
        ]),
  ];
}
