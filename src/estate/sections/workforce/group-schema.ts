import { z } from 'zod';
import { located } from '../../source/located';
import { GUID } from '../limits';
import { inAnyCase } from '../shared/issue';
import { matching, Name, once, previousNames, short, sound, type Words } from '../shared/rules';

/** Microsoft Graph, known issues of query parameters: a group is found by its name, and `eq` compares no longer value. */
const GROUP_NAME_LENGTH = 120;

/** Microsoft Graph, 'group resource type': description. */
const GROUP_DESCRIPTION_LENGTH = 1024;

/** Microsoft Entra, 'Rules for dynamic membership groups': characters of a rule's body. */
const MEMBERSHIP_RULE_LENGTH = 3072;

/** `name@domain`, as Entra ID takes it. */
const USER_PRINCIPAL_NAME = /^[^@\s']+@[^@\s']+\.[^@\s']+$/;

export const GroupEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Display name, unique in the tenant.',
      ...short('group-name', { max: GROUP_NAME_LENGTH }),
    }),
    previousNames: previousNames(
      'Display names that the group had before. It is renamed then, not replaced, and keeps its access while AWS has it under one of them. Without it, another name makes another group.',
    ),
    description: z
      .string()
      .meta({ description: 'Task of its members.', ...short('group-description', { max: GROUP_DESCRIPTION_LENGTH }) })
      .exactOptional(),
    adopt: z
      .union(
        [
          z.strictObject({ id: Name.meta({ description: 'Its object id in Entra ID.', pattern: GUID.source }) }),
          z.boolean(),
        ],
        { error: 'has the wrong form ({ id: <object id> }, or false)' },
      )
      .describe(
        'Object id of an existing group named `name`, which is only looked up: `{ id: 0f1e2d3c-… }`. Without it, the group is created; `true` is refused, since anybody may give a group that name. Adopt groups from on-premises: Entra ID lets no one change them.',
      )
      .default(false),
    membershipRule: Name.meta({
      description:
        'Rule that decides who is a member: `user.department -eq "Security"`. No one is added by hand then. Needs Entra ID P1 for every member. Adding or removing a rule makes another group.',
      maxLength: MEMBERSHIP_RULE_LENGTH,
      ...sound('membership-rule', faultOfRule),
    }).exactOptional(),
    owners: z
      .array(
        Name.meta(
          matching('group-owner', USER_PRINCIPAL_NAME, {
            problem: 'is not a user principal name',
            allowed: 'name@example.com',
          }),
        ),
      )
      .meta({
        description:
          'User principal names of those who may change the group and its members. Without it, whoever creates it owns it.',
        ...once('group-owner', { keyOf: inAnyCase, problem: 'is an owner already', allowed: 'each owner once' }),
      })
      .default([]),
    assignableToRoles: z
      .boolean()
      .describe(
        'Whether roles of Entra ID may be assigned to the group. It cannot be changed later: another value makes another group. Needs Entra ID P1.',
      )
      .default(false),
    nestedGroups: z
      .array(Name.meta({ names: 'groups' }))
      .describe(
        'Groups of `groups` that are members. Neither provisioning nor an assignment to an application looks into them: their people get nothing in AWS through this group.',
      )
      .default([]),
    hasDirectMembers: z
      .boolean()
      .describe(
        'Whether a group with `nestedGroups` has people as well, who are added elsewhere. Otherwise it is taken to have groups alone, and to give no one access.',
      )
      .default(false),
  }),
);

/** Fault of a membership rule that a look at the text can tell: Entra ID alone knows attributes and operators. */
function faultOfRule(rule: string): Words | undefined {
  if (rule.length > MEMBERSHIP_RULE_LENGTH)
    return { problem: `is ${rule.length} characters long`, allowed: `at most ${MEMBERSHIP_RULE_LENGTH}` };
  const bare = rule.replaceAll(/"[^"]*"/g, '""');
  return faultOfPairs(bare) ?? faultOfAttributes(bare);
}

/** Fault of a rule, its texts emptied, in which a sign stands without its counterpart. */
function faultOfPairs(bare: string): Words | undefined {
  if (bare.replaceAll('""', '').includes('"'))
    return { problem: 'has a quotation mark without its second one', allowed: 'pairs of double quotation marks' };
  if (!hasPairedParentheses(bare))
    return { problem: 'has a parenthesis without its counterpart', allowed: 'pairs of parentheses' };
  return undefined;
}

function hasPairedParentheses(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Fault of a rule, its texts emptied, that is not about people. */
function faultOfAttributes(bare: string): Words | undefined {
  if (/\bdevice\./i.test(bare))
    return { problem: 'is about devices', allowed: 'attributes of users: AWS knows people alone' };
  if (/\buser\.\w+/i.test(bare) || /^\s*Direct Reports for ""/i.test(bare)) return undefined;
  return { problem: 'names no attribute of a user', allowed: 'such as user.department -eq "Security"' };
}
