import { showValue } from '../../../estate/source/finding';
import type { SignInPolicy } from '../../../clouds/facts/workforce-facts';
import { type CheckInput, examine, failure, type Observation, ok } from '../../check';
import { together } from '../../../clouds/reading';
import { covers } from '../console/mfa';
import { customersOf, PULUMI_UP } from './applications';

/**
 * Tells whether Conditional Access asks everybody for a second factor at the application that owns the scopes which need one;
 * undefined of a B2C directory.
 */
export function examineStepUp(input: CheckInput): readonly Observation[] | undefined {
  const { declared, facts } = customersOf(input) ?? {};
  if (facts?.directory.type !== 'external-id') return undefined;
  const name = declared?.stepUp?.displayName;
  if (name === undefined) return [ok('no scope of the estate needs a second factor')];
  const { stepUp, policies } = facts.directory;
  return examine(together({ stepUp, policies }), (found) => {
    if (found.stepUp === undefined) return [failure(`there is no application ${showValue(name)}`, PULUMI_UP)];
    const { appId } = found.stepUp;
    const about = found.policies.filter((policy) => covers(policy, appId));
    const sound = about.filter((policy) => weaknesses(policy).length === 0);
    if (sound.length > 0) return [ok(`${name}: asked for by ${sound.map((policy) => policy.name).join(', ')}`)];
    const why = about.map((policy) => `; ${showValue(policy.name)} ${weaknesses(policy).join(' and ')}`).join('');
    return [
      failure(
        `nothing asks everybody for a second factor at ${showValue(name)}, whose tokens the API takes for one${why}`,
        `${PULUMI_UP}, or set it in the Entra admin center: Conditional Access`,
      ),
    ];
  });
}

function weaknesses(policy: SignInPolicy): readonly string[] {
  const { isEnforced, users, exceptions, excludedUsers, excludedGroups } = policy;
  const leavesOut = excludedUsers.length + excludedGroups.length > 0;
  return [
    ...(isEnforced ? [] : ['is not in force']),
    ...(users.includes('All') ? [] : ['is for some people alone']),
    ...(leavesOut ? ['leaves people out'] : []),
    ...exceptions,
  ];
}
