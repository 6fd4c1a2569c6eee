import { z } from 'zod';
import { located } from '../../source/located';
import { GUID, GROUP_DESCRIPTION_LENGTH, GROUP_NAME_LENGTH, MEMBERSHIP_RULE_LENGTH } from '../limits';
import { inAnyCase } from '../shared/issue';
import { Name } from '../shared/name';
import { matching, once, short, sound } from '../shared/rules';
import { faultOfRule } from './membership-rule';

/** `name@domain`, as Entra ID takes it. */
const USER_PRINCIPAL_NAME = /^[^@\s']+@[^@\s']+\.[^@\s']+$/;

export const GroupEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Display name, unique in the tenant.',
      ...short('group-name', { max: GROUP_NAME_LENGTH }),
    }),
    previousNames: z
      .array(Name)
      .describe(
        'Display names that the group had before. It is renamed then, not replaced, and keeps its access while AWS has it under one of them. Without it, another name makes another group.',
      )
      .default([]),
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
        'Object id of a group that exists already and is only looked up: `{ id: 0f1e2d3c-… }`. Its name must be `name`. Without it, the group is created; `true` is refused, since anybody may give a group that name. So are groups that are synchronized from on-premises: Entra ID lets no one change them.',
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
        'Whether roles of Entra ID may be assigned to the group. It can not be changed later: another value makes another group. Needs Entra ID P1.',
      )
      .default(false),
    nestedGroups: z
      .array(Name.meta({ names: 'groups' }))
      .describe(
        'Groups of `groups` that are members. Neither provisioning nor an assignment to an application looks into them: their people get nothing at AWS through this group.',
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
