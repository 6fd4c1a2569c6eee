import type { ConditionalAccess } from '../../../estate/sections/workforce/workforce';
import { quotedList } from '../../../text/suggest';
import type { Assigned, NamedObjects, SignInPolicy } from '../../../clouds/facts/workforce-facts';
import { type Check, failure, type Observation, ok, okUnless, warning } from '../../check';
import { examine } from '../../check';
import { together } from '../../../clouds/reading';
import { examineDeclared, findDeclared, isAboutApplication } from '../conditional-access/declared-policy';
import { gapsOf } from '../conditional-access/gaps';
import { workforceOf } from '../saml/application';
import type { ClientId } from '../../../estate/source/ids';

/** A second factor is asked for by Entra ID: with an external identity provider AWS asks for none. */
export const mfa: Check = {
  id: 'console-mfa',
  area: 'console',
  title: 'Entra ID asks for a second factor on the way to AWS, as declared',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const { application, signInPolicies, assigned, named } = workforce.facts;
    const { conditionalAccess: declared } = workforce.declared;
    return examine(together({ application, signInPolicies, assigned, named }), (facts) => {
      const found: Found = { ...facts, policies: facts.signInPolicies, appId: facts.application?.appId };
      return declared === undefined ? coverage(found) : asDeclared(declared, found);
    });
  },
};

interface Found {
  /** Undefined where there is no application. */
  readonly appId: ClientId | undefined;
  readonly policies: readonly SignInPolicy[];
  readonly assigned: Assigned;
  readonly named: NamedObjects;
}

function asDeclared(declared: ConditionalAccess, found: Found): readonly Observation[] {
  const policy = { ...found, declared };
  const own = findDeclared(policy);
  const isOnlyReported = declared.state === 'reportOnly' && own !== undefined;
  return okUnless(
    [...examineDeclared(policy), ...(isOnlyReported ? whereReported(own, found) : [])],
    `asked for by '${declared.displayName}', as declared`,
  );
}

/** A policy that is declared to report asks for nothing: then another one has to. */
function whereReported(own: SignInPolicy, found: Found): readonly Observation[] {
  const others = found.policies.filter((policy) => policy !== own && policy.isEnforced && covers(policy, found.appId));
  if (others.length > 0) return coverage({ ...found, policies: others }).filter(({ outcome }) => outcome !== 'ok');
  return [reportedOnly([own])];
}

/** Tells whether a policy asks for a second factor at an application. */
export function covers(policy: SignInPolicy, appId: ClientId | undefined): boolean {
  return policy.asksForMfa && isAboutApplication(policy, appId);
}

const ADVICE =
  'add a Conditional Access policy for the AWS application that grants access with multifactor authentication only';

function coverage({ appId, policies: all, assigned, named }: Found): readonly Observation[] {
  const policies = all.filter((policy) => covers(policy, appId));
  const enforced = policies.filter(({ isEnforced }) => isEnforced);
  if (enforced.length === 0 && policies.length > 0) return [reportedOnly(policies)];
  if (enforced.length === 0) return [failure('no Conditional Access policy asks for a second factor for AWS', ADVICE)];
  const gaps = enforced.map((policy) => ({ policy, gaps: gapsOf(policy, assigned, named) }));
  const sound = gaps.filter((one) => one.gaps.length === 0).map(({ policy }) => policy);
  if (sound.length > 0 && assigned.groups.every(({ id }) => sound.some((policy) => reaches(policy, id)))) {
    return [ok(`asked for by ${quotedList(sound.map(({ name }) => name))}`)];
  }
  const unnamed = assigned.groups.filter(({ id }) => !enforced.some((policy) => reaches(policy, id)));
  return [
    ...gaps
      .filter((one) => one.gaps.length > 0)
      .map((one) =>
        warning(`the policy '${one.policy.name}' asks for a second factor, but ${one.gaps.join(' and ')}`, ADVICE),
      ),
    ...(unnamed.length === 0
      ? []
      : [
          warning(
            `no policy with a second factor names these groups: ${quotedList(unnamed.map(({ name }) => name))}`,
            ADVICE,
          ),
        ]),
  ];
}

function reportedOnly(policies: readonly SignInPolicy[]): Observation {
  return warning(
    `a second factor is only reported, not asked for: ${quotedList(policies.map(({ name }) => name))}`,
    'turn the policy on once its report is right',
  );
}

function reaches({ users, groups }: SignInPolicy, groupId: string): boolean {
  return users.includes('All') || groups.includes(groupId);
}
