import type { EmergencyRole } from '../../../estate/sections/emergency/emergency';
import type { EmergencyPlan, EmergencyTarget } from '../../../estate/sections/emergency/emergency-plan';
import {
  boundaryArnOf,
  type EmergencyPolicy,
  policyArnsOf,
  REGIONS_POLICY,
  regionsPolicy,
  roleTrust,
  signInTrust,
  SWITCH_POLICY,
  switchPolicy,
} from '../../../estate/sections/emergency/emergency-policies';
import { quotedList } from '../../../text/suggest';
import type { DeployedRole } from '../../../clouds/facts/emergency-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, okUnless } from '../../check';
import { CDK_DEPLOY, emergencyOf, saysTheSame } from './emergency-of';

/** People can sign in to the role, and it can switch. */
export const emergencySignInRole: Check = {
  id: 'emergency-sign-in-role',
  area: 'emergency',
  title: 'The role that people sign in to trusts the identity provider, and can switch',
  run: (input) => {
    const found = emergencyOf(input);
    if (found === undefined) return undefined;
    const { plan, facts } = found;
    const { trusting, signInRole } = facts;
    return examine(together({ trusting, roles: signInRole.roles }), ({ trusting: names, roles: [role] }) => {
      const name = `${plan.name} in ${plan.account.name}`;
      if (role === undefined) return [failure(`there is no role ${name}`, CDK_DEPLOY)];
      const { [SWITCH_POLICY]: switching, ...others } = role.inlinePolicies;
      const more = [...Object.keys(others), ...role.policies];
      return okUnless(
        [
          ...trustFault(role, signInTrust(plan), name),
          ...othersTrusting(names, plan),
          ...(saysTheSame(switching, switchPolicy(plan))
            ? []
            : [failure(`the role ${name} can't switch to the declared roles, or to others`, CDK_DEPLOY)]),
          ...(more.length === 0
            ? []
            : [failure(`the role ${name} has more policies: ${quotedList(more)}`, 'take them away: it only switches')]),
        ],
        `${name} trusts the identity provider and switches to the declared roles`,
      );
    });
  },
};

function othersTrusting(names: readonly string[], { name, account }: EmergencyPlan): readonly Observation[] {
  const others = names.filter((one) => one !== name);
  if (others.length === 0) return [];
  return [
    failure(
      `other roles in ${account.name} trust the identity provider: ${quotedList(others)}`,
      'find out who made them, and delete them: people sign in to one role alone, whose uses are told of',
    ),
  ];
}

/** Each emergency role is in its account, as declared. */
export const emergencyRoles: Check = {
  id: 'emergency-roles',
  area: 'emergency',
  title: 'Every emergency role is in its account, and trusts the role of the sign-in alone',
  run: (input) => {
    const found = emergencyOf(input);
    if (found === undefined) return undefined;
    const { plan, facts } = found;
    return plan.targets.flatMap((target) => {
      const read = facts.targets.find(({ account }) => account === target.account.id);
      if (read === undefined) return [];
      return examine(read.roles, (roles) =>
        okUnless(
          target.roles.flatMap((role) => roleFaults(roles, { plan, target, role })),
          `${target.account.name} has ${quotedList(target.roles.map(({ name }) => name))}`,
        ),
      ).map((one) => (one.outcome === 'unknown' ? { ...one, message: `${target.account.name}: ${one.message}` } : one));
    });
  },
};

interface Wanted {
  readonly plan: EmergencyPlan;
  readonly target: EmergencyTarget;
  readonly role: EmergencyRole;
}

function roleFaults(roles: readonly DeployedRole[], { plan, target, role }: Wanted): readonly Observation[] {
  const name = `${role.name} in ${target.account.name}`;
  const found = roles.find((one) => one.name === role.name);
  if (found === undefined) return [failure(`there is no role ${name}`, CDK_DEPLOY)];
  const account = target.account.id;
  const regions = role.regions.map(({ text }) => text);
  const inline = regions.length === 0 ? {} : { [REGIONS_POLICY]: regionsPolicy(regions) };
  const boundary = boundaryArnOf(plan, account, role);
  const hasPolicies = saysTheSame(found.policies, policyArnsOf(plan, account, role));
  return [
    ...trustFault(found, roleTrust(plan), name),
    ...(hasPolicies && saysTheSame(found.inlinePolicies, inline)
      ? []
      : [failure(`the policies of ${name} are not the declared ones: ${policiesOf(found)}`, CDK_DEPLOY)]),
    ...(found.boundary === boundary
      ? []
      : [
          failure(
            `the boundary of ${name} is ${found.boundary ?? 'gone'}, declared is ${boundary ?? 'none'}`,
            CDK_DEPLOY,
          ),
        ]),
  ];
}

function policiesOf({ policies, inlinePolicies }: DeployedRole): string {
  const all = [...policies, ...Object.keys(inlinePolicies)];
  return all.length === 0 ? 'it has none' : quotedList(all);
}

function trustFault({ trust }: DeployedRole, wanted: EmergencyPolicy, name: string): readonly Observation[] {
  if (saysTheSame(trust, wanted)) return [];
  return [failure(`the role ${name} trusts somebody else, or not as declared: ${JSON.stringify(trust)}`, CDK_DEPLOY)];
}
