import { DEVICE_CONTROLS, RISK_LEVELS, type SignInFrequency, TRUSTED_LOCATIONS } from './conditional-access-schema';
import type { ConditionalAccess } from './workforce';

type RiskLevel = (typeof RISK_LEVELS)[number];

/** A policy as Entra ID has it: all conditions hold for everybody but the excluded groups. */
export interface SignInRule {
  /** End of the name of its resource. */
  readonly key: 'policy' | 'sign-in-risk' | 'user-risk' | 'outside';
  readonly displayName: string;
  /** Grant controls, all of which people must meet; `block` can't be met. */
  readonly controls: readonly string[];
  /** Id of an authentication strength to meet besides. */
  readonly strength?: string;
  /** Levels of risk to which it is limited. */
  readonly signInRiskLevels?: readonly RiskLevel[];
  readonly userRiskLevels?: readonly RiskLevel[];
  /** Named locations, in Graph's words, that it leaves out. */
  readonly excludedLocations?: readonly string[];
  readonly signInFrequency?: SignInFrequency;
}

/**
 * The policies that one entry of an estate stands for: what people must prove, and each kind of sign-in that is blocked. Graph
 * asks for all conditions of a policy at once, so that two kinds of risk in one policy would block less than either.
 */
export function signInRules(access: ConditionalAccess): readonly SignInRule[] {
  const { displayName, requirement, signInFrequency, device, block = {} } = access;
  const blocked = (key: SignInRule['key'], what: string, conditions: Partial<SignInRule>): SignInRule => ({
    ...{ key, displayName: `${displayName}: block ${what}`, controls: ['block'] },
    ...conditions,
  });
  return [
    {
      ...{ key: 'policy', displayName },
      controls: [
        ...(requirement.kind === 'mfa' ? ['mfa'] : []),
        ...(device === undefined ? [] : [DEVICE_CONTROLS[device]]),
      ],
      ...(requirement.kind === 'authentication-strength' && { strength: requirement.policyId }),
      ...(signInFrequency && { signInFrequency }),
    },
    ...(block.signInRisk === undefined
      ? []
      : [blocked('sign-in-risk', 'risky sign-ins', { signInRiskLevels: andAbove(block.signInRisk) })]),
    ...(block.userRisk === undefined
      ? []
      : [blocked('user-risk', 'people at risk', { userRiskLevels: andAbove(block.userRisk) })]),
    ...(block.outside === undefined
      ? []
      : [blocked('outside', 'other locations', { excludedLocations: block.outside.map(graphLocation) })]),
  ];
}

const andAbove = (level: RiskLevel): readonly RiskLevel[] => RISK_LEVELS.slice(RISK_LEVELS.indexOf(level));

/** Microsoft Graph, 'conditionalAccessLocations'. */
const graphLocation = (place: string): string => (place === TRUSTED_LOCATIONS ? 'AllTrusted' : place);
