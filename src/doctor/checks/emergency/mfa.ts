import type { ConditionalAccess } from '../../../estate/sections/workforce/workforce';
import { quotedList } from '../../../text/suggest';
import type { Assigned, NamedObjects, SignInPolicy } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, ok, okUnless, warning } from '../../check';
import { examineDeclared, isAboutApplication } from '../conditional-access/declared-policy';
import { gapsOf } from '../conditional-access/gaps';
import { entraOf } from './emergency-of';
import type { ClientId, ObjectId } from '../../../estate/source/ids';

/** A second factor is asked for as declared, and no policy may keep people out for anything else. */
export const emergencyMfa: Check = {
  id: 'emergency-mfa',
  area: 'emergency',
  title: 'The declared factor is asked for in an emergency, and nothing that may not be there',
  run: (input) => {
    const entra = entraOf(input);
    if (entra === undefined) return undefined;
    const { application, signInPolicies, assigned, named } = entra.facts;
    return examine(together({ application, signInPolicies, assigned, named }), (facts) => {
      const group = facts.assigned.groups.find(({ name }) => name === entra.declared.group.text);
      const appId = facts.application?.appId;
      const covering = facts.signInPolicies.filter((policy) => isAbout(policy, appId, group?.id));
      const { conditionalAccess: declared } = entra.declared;
      const asked =
        declared === undefined
          ? secondFactor(covering, facts)
          : asDeclared(declared, { ...facts, appId, policies: facts.signInPolicies });
      return [...asked, ...otherDemands(covering)];
    });
  },
};

function isAbout(policy: SignInPolicy, appId: ClientId | undefined, groupId: ObjectId | undefined): boolean {
  const { users, groups, excludedGroups } = policy;
  const isIn = (ids: readonly string[]): boolean => groupId !== undefined && ids.includes(groupId);
  return isAboutApplication(policy, appId) && (users.includes('All') || isIn(groups)) && !isIn(excludedGroups);
}

function asDeclared(
  declared: ConditionalAccess,
  found: Omit<Parameters<typeof examineDeclared>[0], 'declared'>,
): readonly Observation[] {
  const { displayName, state } = declared;
  return okUnless(
    [
      ...examineDeclared({ ...found, declared }),
      ...(state === 'reportOnly'
        ? [warning(`the factor is only reported, not asked for: '${displayName}'`, 'say state: enabled in the estate')]
        : []),
    ],
    `asked for by '${displayName}', as declared`,
  );
}

type People = { readonly assigned: Assigned; readonly named: NamedObjects };

function secondFactor(policies: readonly SignInPolicy[], { assigned, named }: People): readonly Observation[] {
  const asking = policies.filter(({ asksForMfa }) => asksForMfa);
  const enforced = asking.filter(({ isEnforced }) => isEnforced);
  const gaps = enforced.map((policy) => ({ policy, gaps: gapsOf(policy, assigned, named) }));
  const sound = gaps.filter((one) => one.gaps.length === 0).map(({ policy }) => policy.name);
  if (sound.length > 0) return [ok(`asked for by ${quotedList(sound)}`)];
  if (enforced.length > 0) {
    return gaps.map((one) =>
      warning(`the policy '${one.policy.name}' asks for a second factor, but ${one.gaps.join(' and ')}`, DECLARE),
    );
  }
  if (asking.length > 0) {
    const names = quotedList(asking.map(({ name }) => name));
    return [warning(`a second factor is only reported, not asked for: ${names}`, 'turn the policy on')];
  }
  return [failure('no Conditional Access policy asks the group for a second factor at this application', DECLARE)];
}

const DECLARE = 'say emergency.application.conditionalAccess, with state: enabled';

function otherDemands(policies: readonly SignInPolicy[]): readonly Observation[] {
  return policies
    .filter(({ isEnforced, otherControls }) => isEnforced && otherControls.length > 0)
    .map(({ name, otherControls }) =>
      warning(
        `the policy '${name}' also has ${quotedList(otherControls)}, which may keep people out in an emergency`,
        'exclude the application or the group from it, or make sure that its people always meet it',
      ),
    );
}
