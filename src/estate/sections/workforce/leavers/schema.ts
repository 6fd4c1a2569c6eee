import { z } from 'zod';
import { located } from '../../../source/located';
import { nameKey } from '../../../source/names';
import { parseIsoDays } from '../../durations';
import { ACCOUNT_ID, GUID } from '../../limits';
import { formed, holding, Name, nameMatching, once, oneKeyOf, parsed, type Range, within } from '../../shared/rules';

/** Limits of what the estate file may say of people who have left. */

export const GRACE_DAYS = { min: 1, max: 365 } as const;
export const GRACE_FAULT = {
  code: 'leavers-grace-period',
  problem: 'is not a valid grace period',
  allowed: `whole days from P${GRACE_DAYS.min}D to P${GRACE_DAYS.max}D`,
} as const;
export const PER_RUN = { min: 1, max: 100 } as const;
/** Percent. */
export const SHARE = { min: 1, max: 50 } as const;

/** Issuer of an account's outbound identity federation, as `aws iam enable-outbound-web-identity-federation` answers it. */
export const TOKEN_ISSUER = /^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/;

/** Ways in which the function signs in to Entra ID. */
export const SIGN_IN_WAYS = 'federation, or secretArn: arn:aws:secretsmanager:<region>:<account>:secret:<name>';

export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/;

/** Way in which the function signs in as the application that reads who exists; a check refuses `unsaid` and `both`. */
export type DirectorySignIn =
  /** By the function's own role, which AWS attests: the issuer of the account that the function runs in. */
  | { readonly kind: 'federated'; readonly issuer: string; readonly account: string }
  /** By a client secret in Secrets Manager. */
  | { readonly kind: 'secret'; readonly secretArn: string };

type SignIn = DirectorySignIn | { readonly kind: 'unsaid' } | { readonly kind: 'both' };

const whole = ({ min, max }: Range): string => `whole numbers from ${min} to ${max}`;

function isGracePeriod(text: string): boolean {
  const days = parseIsoDays(text) ?? 0;
  return days >= GRACE_DAYS.min && days <= GRACE_DAYS.max;
}

export const LeaversEntry = located(
  z.strictObject({
    clientId: nameMatching('leavers-client-id', GUID, {
      description:
        'Client id of the application that reads who exists in Entra ID: the output `leaversClientId` of the workforce program. Without it, the function is not deployed yet.',
      problem: 'must be a client id',
      allowed: 'a GUID: the output leaversClientId',
    }).exactOptional(),
    federation: z
      .strictObject({
        issuer: nameMatching('leavers-issuer', TOKEN_ISSUER, {
          description:
            "The account's issuer, as `aws iam enable-outbound-web-identity-federation` answers it: `https://<id>.tokens.sts.global.api.aws`.",
          problem: "must be the issuer of an account's outbound identity federation",
          allowed: 'https://<id>.tokens.sts.global.api.aws: aws iam enable-outbound-web-identity-federation',
        }),
        account: Name.meta({
          names: 'accounts',
          description: 'The account that the function runs in: the one that deploys Identity Center; in quotes.',
          pattern: ACCOUNT_ID.source,
        }),
      })
      .describe('Signs in without a secret: the application trusts the role of the function.')
      .exactOptional(),
    secretArn: nameMatching('leavers-sign-in', SECRET_ARN, {
      description:
        'ARN of the secret in Secrets Manager that has the client secret of an application of your own, in place of `federation`.',
      problem: 'must be the ARN of a secret',
      allowed: SIGN_IN_WAYS,
    }).exactOptional(),
    gracePeriod: z
      .string()
      .meta({
        description:
          'Time for which a user must be disabled in Entra ID, or unknown to it: 1 to 365 days, ISO 8601. Only unknown users are removed.',
        ...formed('^P0{0,3}(?:[1-9]\\d?|[12]\\d{2}|3[0-5]\\d|36[0-5])D$', GRACE_FAULT),
        ...holding(GRACE_FAULT.code, isGracePeriod, GRACE_FAULT),
      })
      .default('P30D')
      .transform(parsed(parseIsoDays, GRACE_FAULT)),
    delete: z
      .boolean()
      .meta({
        description:
          'Whether their direct assignments, memberships and records are removed; otherwise they are reported.',
      })
      .default(false),
    maxPerRun: z
      .number()
      .meta({
        description: 'Users that one run may remove. If more are due, it removes no one and raises an alarm.',
        ...within('leavers-max-per-run', PER_RUN, {
          problem: 'must be a number of users that a run may remove',
          allowed: whole(PER_RUN),
        }),
      })
      .default(10),
    maxShare: z
      .number()
      .meta({
        description:
          "The same in percent of the users in AWS; the smaller bound counts, and one user may always go. A run refuses Entra ID's answer if it lacks more than this share of the enabled users, or of the people in the last one.",
        ...within('leavers-max-share', SHARE, {
          problem: 'must be a percentage of the users that a run may remove',
          allowed: whole(SHARE),
        }),
      })
      .default(5),
    breakGlassUsers: z.array(Name).meta({
      description:
        'AWS user names that are never touched. While one of them does not exist in AWS, nothing is removed.',
      ...once('duplicate-break-glass-user', { keyOf: nameKey, allowed: 'each user once, in whatever case' }),
    }),
    schedule: z
      .enum(['daily', 'weekly'])
      .describe('Schedule of the runs: at 05:00 UTC, every day or on Mondays.')
      .default('daily'),
  }),
)
  .transform(({ federation, secretArn, gracePeriod, delete: deletes, ...entry }) => ({
    ...entry,
    deletes,
    gracePeriodDays: gracePeriod,
    signIn: signInOf(federation, secretArn),
  }))
  .meta({
    description: 'Treatment of users of the Identity Store who have left. Needs `alarms`. Without it, nothing is done.',
    ...oneKeyOf('federation', 'secretArn'),
  });
export type LeaversEntry = z.input<typeof LeaversEntry>;

function signInOf(
  federation: { readonly issuer: string; readonly account: string } | undefined,
  secretArn: string | undefined,
): SignIn {
  if (federation !== undefined)
    return secretArn === undefined ? { kind: 'federated', ...federation } : { kind: 'both' };
  return secretArn === undefined ? { kind: 'unsaid' } : { kind: 'secret', secretArn };
}
