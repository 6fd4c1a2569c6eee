import { z } from 'zod';
import { located, locatedTexts } from '../../source/located';
import { CONDITIONAL_ACCESS_NAME_LENGTH, GUID } from '../limits';
import { Name, once, Reason, titled } from '../shared/rules';

/** Devices that Entra ID knows, with the grant control that asks for one (Microsoft Graph, 'conditionalAccessGrantControls'). */
export const DEVICE_CONTROLS = { compliant: 'compliantDevice', hybridJoined: 'domainJoinedDevice' } as const;
export const DEVICES = Object.keys(DEVICE_CONTROLS) as readonly (keyof typeof DEVICE_CONTROLS)[];

/** From the least to the gravest (Microsoft Graph, 'riskLevel'). */
export const RISK_LEVELS = ['low', 'medium', 'high'] as const;

/** Word of an estate for all named locations that the tenant trusts. */
export const TRUSTED_LOCATIONS = 'trusted';

/** Proof that people must give to sign in: any second factor, or methods of a strength. */
export type SignInRequirement =
  | { readonly kind: 'mfa' }
  /** `policyId` is that of an authentication strength in Entra ID, built in or of the tenant. */
  | { readonly kind: 'authentication-strength'; readonly policyId: string };

/** Time that a sign-in lasts before people give their factors again. */
export type SignInFrequency =
  | { readonly kind: 'every-time' }
  | { readonly kind: 'period'; readonly value: number; readonly unit: 'hours' | 'days' };

/** Built-in authentication strengths, the same in every tenant (Microsoft Entra, 'Conditional Access authentication strength'). */
export const AUTHENTICATION_STRENGTHS: Readonly<Record<string, string>> = {
  multifactor: '00000000-0000-0000-0000-000000000002',
  passwordless: '00000000-0000-0000-0000-000000000003',
  'phishing-resistant': '00000000-0000-0000-0000-000000000004',
};

/** Microsoft Graph, 'signInFrequencySessionControl': hours up to 23, days up to 365. */
const FREQUENCY_LIMITS = { hours: 23, days: 365 } as const;
const FREQUENCY = /^(?:PT(?<hours>\d{1,3})H|P(?<days>\d{1,3})D)$/;

/** `PT8H`, `P7D` or `everyTime`; undefined if it is none of these or out of range. */
export function parseSignInFrequency(text: string): SignInFrequency | undefined {
  if (text === 'everyTime') return { kind: 'every-time' };
  const { hours, days } = FREQUENCY.exec(text)?.groups ?? {};
  const unit = hours === undefined ? 'days' : 'hours';
  const value = Number(hours ?? days ?? 0);
  return value >= 1 && value <= FREQUENCY_LIMITS[unit] ? { kind: 'period', value, unit } : undefined;
}

/** Given only to a policy, so that they do not count as keys beside `managedElsewhere`. */
const POLICY_DEFAULTS = { state: 'reportOnly', require: 'mfa' } as const;
const REQUIREMENTS = ['mfa', ...Object.keys(AUTHENTICATION_STRENGTHS)];

const ExcludedGroups = z
  .array(Name.meta({ names: 'groups' }))
  .meta(once('duplicate-excluded-group', { problem: 'is excluded twice', allowed: 'each group once' }));

const Risk = z.enum(RISK_LEVELS);

const Block = z
  .strictObject({
    signInRisk: Risk.describe('Sign-ins of this risk and above. Needs Entra ID P2.').exactOptional(),
    userRisk: Risk.describe('People of this risk and above. Needs Entra ID P2.').exactOptional(),
    outside: z
      .array(
        z.string().refine((place) => place === TRUSTED_LOCATIONS || GUID.test(place), {
          error: 'is not a valid location: trusted, or the id of a named location',
        }),
      )
      .min(1)
      .meta({
        description:
          'Sign-ins from anywhere but these named locations of the tenant: ids, or `trusted` for all that the tenant trusts.',
        examples: [TRUSTED_LOCATIONS],
      })
      .exactOptional(),
  })
  .refine((block) => Object.values(block).some(isGiven), {
    error: 'blocks nothing',
    params: { allowed: 'signInRisk, userRisk or outside' },
  })
  .meta({
    description:
      'Sign-ins that fail whatever people prove, each by a policy of its own with the state and the excluded groups of this one.',
    minProperties: 1,
  });

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
          offers: REQUIREMENTS,
          pattern: `^(?:${REQUIREMENTS.join('|')}|${GUID.source.slice(1, -1)})$`,
        })
        .exactOptional(),
      signInFrequency: z
        .string()
        .meta({
          description: 'Time after which people sign in again: PT1H to PT23H, P1D to P365D, or `everyTime`.',
          pattern: '^(?:PT0{0,2}(?:[1-9]|1\\d|2[0-3])H|P0{0,2}(?:[1-9]\\d?|[12]\\d{2}|3[0-5]\\d|36[0-5])D|everyTime)$',
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
      device: z
        .enum(DEVICES)
        .meta({
          description:
            'Device that people need besides: one that Intune finds compliant, or one that is joined to Active Directory and to Entra ID. Without it, any device.',
        })
        .exactOptional(),
      block: Block.exactOptional(),
      managedElsewhere: Reason.describe(
        'Replaces all other keys: the policy outside the estate that covers the application.',
      ).exactOptional(),
    })
    .refine((entry) => entry.managedElsewhere === undefined || Object.values(entry).filter(isGiven).length === 1, {
      error: 'mixes a policy of the estate with managedElsewhere',
      params: { allowed: 'managedElsewhere alone, or a policy' },
    }),
).meta({
  description:
    'A Conditional Access policy for this application; it covers everyone except the excluded groups. Needs Entra ID P1.',
  dependentSchemas: { managedElsewhere: { maxProperties: 1 } },
});

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
    ...(entry.device && { device: entry.device }),
    ...(entry.block && { block: entry.block }),
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
