import { quotedList } from '../../../../text/suggest';
import type { Issue } from '../../../source/finding';
import type { Access } from '../../estate';
import { warning } from '../../shared/issue';
import type { AssignedGroup, WorkforceGroup } from '../workforce';

/**
 * Attributes, in small letters, that people change themselves (My Account, an invitation that they accept), or a help desk for them.
 * https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership lists those that a rule may read.
 */
const EDITABLE: ReadonlySet<string> = new Set(
  ['displayName', 'givenName', 'surname', 'mobile', 'mobilePhone', 'telephoneNumber', 'businessPhones']
    .concat(['facsimileTelephoneNumber', 'otherMails', 'preferredLanguage', 'streetAddress', 'city', 'state'])
    .concat(['postalCode', 'country', 'physicalDeliveryOfficeName'])
    .map((name) => name.toLowerCase()),
);

/** Rules by which people could give themselves access: of groups that are assigned to the AWS application, or that have grants. */
export function checkEditableRules(
  groups: readonly WorkforceGroup[],
  assigned: readonly AssignedGroup[],
  access: Access | undefined,
): readonly Issue[] {
  const granted = (access?.grants ?? []).flatMap(({ holder }) => (holder.kind === 'group' ? [holder.name] : []));
  const reaching = new Set([...assigned.map(({ name }) => name), ...granted]);
  return groups.flatMap(({ at, name, membershipRule: rule }) => {
    if (rule === undefined || !reaching.has(name)) return [];
    const editable = attributesIn(rule).filter((attribute) => EDITABLE.has(attribute.toLowerCase()));
    if (editable.length === 0) return [];
    return [
      warning('editable-membership-rule', [...at, 'membershipRule'], {
        value: rule,
        problem: `reads ${quotedList(editable)}, which people or a help desk change: whoever does becomes a member and gets the access of the group`,
        allowed:
          'attributes that only HR or the on-premises directory writes, such as department, employeeId or extensionAttribute1',
      }),
    ];
  });
}

/** Names of the attributes of a user that a rule reads, each once; what stands in quotation marks is a value. */
function attributesIn(rule: string): readonly string[] {
  const bare = rule.replaceAll(/"[^"]*"/g, '""');
  return [...new Set([...bare.matchAll(/\buser\.(\w+)/gi)].flatMap(([, name]) => name ?? []))];
}
