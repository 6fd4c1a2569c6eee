import { z } from 'zod';
import { located, locatedTexts } from '../../source/located';
import { CONDITIONAL_ACCESS_NAME_LENGTH, GUID, REASON_LENGTH } from '../limits';
import { Name } from '../shared/name';
import { once, titled } from '../shared/rules';
import type { SignInRequirement } from './sign-in';
import { AUTHENTICATION_STRENGTHS, parseSignInFrequency } from './sign-in';

/** Given only to a policy, so that they do not count as keys beside `managedElsewhere`. */
const POLICY_DEFAULTS = { state: 'reportOnly', require: 'mfa' } as const;
const REQUIREMENTS = ['mfa', ...Object.keys(AUTHENTICATION_STRENGTHS)];

const ExcludedGroups = z
  .array(Name.meta({ names: 'groups' }))
  .meta(once('duplicate-excluded-group', { problem: 'is excluded twice', allowed: 'each group once' }));

export const ConditionalAccessEntry = located(
  z
    .strictObject({
      displayName: Name.meta({
        description: 'Name of the policy. Without it, `Sign in to <name of the application>`.',
        ...titled(CONDITIONAL_ACCESS_NAME_LENGTH),
      }).exactOptional(),
      state: z
        .enum(['reportOnly', 'enabled'])
        .meta({
          description: 'Whether sign-ins that do not meet it fail, or are only reported in the sign-in log.',
          default: POLICY_DEFAULTS.state,
        })
        .exactOptional(),
      require: z
        .string()
        .refine((word) => REQUIREMENTS.includes(word) || GUID.test(word), {
          error: 'is not a valid requirement: mfa, a built-in authentication strength, or the id of one',
        })
        .meta({
          description:
            '`mfa`: any second factor. A built-in authentication strength (`multifactor`, `passwordless`, `phishing-resistant`), or the id of one of the tenant.',
          default: POLICY_DEFAULTS.require,
          examples: REQUIREMENTS,
        })
        .exactOptional(),
      signInFrequency: z
        .string()
        .meta({
          description: 'Time after which people sign in again:  PT1H to PT23H, P1D to P365D, or `everyTime`.',
          examples: ['PT8H'],
        })
        .transform((text, context) => {
          const frequency = parseSignInFrequency(text);
          if (frequency !== undefined) return frequency;
          const message = 'is not a valid sign-in frequency: PT1H to PT23H, P1D to P365D, or everyTime';
          context.addIssue({ code: 'custom', message, continue: true });
          return z.NEVER;
        })
        .exactOptional(),
      excludedGroups: locatedTexts(ExcludedGroups, 'name')
        .describe(
          'Groups of `workforce.groups` whose direct and nested members are not asked: emergency access accounts.',
        )
        .exactOptional(),
      managedElsewhere: z
        .string()
        .min(REASON_LENGTH, { error: 'is too short to be a reason' })
        .describe('Replaces all other keys: the policy outside the estate that covers the application.')
        .exactOptional(),
    })
    .refine((entry) => entry.managedElsewhere === undefined || Object.values(entry).filter(isGiven).length === 1, {
      error: 'mixes a policy of the estate with managedElsewhere',
      params: { allowed: 'managedElsewhere alone, or a policy' },
    }),
).describe(
  'A Conditional Access policy for this application; it covers everyone except the excluded groups. Needs Entra ID P1.',
);

/** Proof that people must give to sign in to an application, or the reason why the estate has no policy for it. */
export function signInOf(application: string, entry: ConditionalAccessEntry | undefined) {
  if (entry === undefined) return {};
  const { at, managedElsewhere: reason } = entry;
  return {
    ...(reason === undefined && { conditionalAccess: policyOf(application, entry) }),
    ...(reason !== undefined && { signInManagedElsewhere: { at, reason } }),
  };
}

function policyOf(application: string, entry: ConditionalAccessEntry) {
  const { at, signInFrequency, state = POLICY_DEFAULTS.state, require = POLICY_DEFAULTS.require } = entry;
  return {
    at,
    displayName: entry.displayName ?? `Sign in to ${application}`,
    state,
    requirement: requirementOf(require),
    ...(signInFrequency && { signInFrequency }),
    excludedGroups: entry.excludedGroups ?? [],
  };
}

/** A built-in strength is named by a word, one of the tenant by its id. */
function requirementOf(word: string): SignInRequirement {
  return word === 'mfa'
    ? { kind: 'mfa' }
    : { kind: 'authentication-strength', policyId: AUTHENTICATION_STRENGTHS[word] ?? word };
}

type ConditionalAccessEntry = z.output<typeof ConditionalAccessEntry>;

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
