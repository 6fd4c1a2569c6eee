import { z } from 'zod';
import { ACCOUNT_ID } from '../hosting/hosting-limits';
import { LEAVERS_DEFAULTS, PER_RUN, SECRET_ARN, SHARE, TOKEN_ISSUER } from './leavers';
import { GUID } from '../limits';
import { Name } from '../shared/name';

export const LeaversEntry = z
  .strictObject({
    clientId: Name.meta({
      description:
        'Client id of the application that reads who exists in Entra ID: the output `leaversClientId` of the workforce program. Without it, the function is not deployed yet.',
      pattern: GUID.source,
    }).optional(),
    federation: z
      .strictObject({
        issuer: Name.meta({
          description:
            "The account's issuer, as `aws iam enable-outbound-web-identity-federation` answers it: `https://<id>.tokens.sts.global.api.aws`.",
          pattern: TOKEN_ISSUER.source,
        }),
        account: Name.meta({
          description: 'The account that the function runs in: the one that deploys Identity Center; in quotes.',
          pattern: ACCOUNT_ID.source,
        }),
      })
      .describe('Signs in without a secret: the application trusts the role of the function.')
      .optional(),
    secretArn: Name.meta({
      description:
        'ARN of the secret in Secrets Manager that has the client secret of an application of your own, in place of `federation`.',
      pattern: SECRET_ARN.source,
    }).optional(),
    gracePeriod: z
      .string()
      .meta({
        description:
          'How long somebody must be disabled, or unknown to Entra ID: 1 to 365 days, ISO 8601. Only who is unknown is removed.',
        default: LEAVERS_DEFAULTS.gracePeriod,
        pattern: '^P\\d{1,4}D$',
      })
      .optional(),
    delete: z
      .boolean()
      .meta({
        description:
          'Whether their direct assignments, memberships and records are removed; otherwise they are reported.',
        default: LEAVERS_DEFAULTS.delete,
      })
      .optional(),
    maxPerRun: z
      .number()
      .meta({
        description: 'Users that one run may remove. With more that are due, it removes nobody and alarms.',
        default: LEAVERS_DEFAULTS.maxPerRun,
        minimum: PER_RUN.min,
        maximum: PER_RUN.max,
      })
      .optional(),
    maxShare: z
      .number()
      .meta({
        description:
          'The same in percent of the users at AWS; the smaller bound counts, and one user may always go. Entra ID is not believed where it lacks more than this share of the enabled users, or of the people that it gave the last time.',
        default: LEAVERS_DEFAULTS.maxShare,
        minimum: SHARE.min,
        maximum: SHARE.max,
      })
      .optional(),
    breakGlassUsers: z
      .array(Name)
      .describe('AWS user names that are never touched. While one of them does not exist at AWS, nothing is removed.'),
    schedule: z
      .enum(['daily', 'weekly'])
      .meta({ description: 'When it runs: at 05:00 UTC, every day or on Mondays.', default: LEAVERS_DEFAULTS.schedule })
      .optional(),
  })
  .describe('What is done about users of the Identity Store who have left. Needs `alarms`. Without it, nothing.');
export type LeaversEntry = z.infer<typeof LeaversEntry>;
