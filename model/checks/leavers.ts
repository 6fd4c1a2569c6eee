import type { Estate } from '../estate';
import type { Issue, Path } from '../finding';
import { GUID, ROLE_NAME_LENGTH } from '../limits';
import type { Leavers } from '../leavers';
import { GRACE_DAYS, leaversRoleName, PER_RUN, SECRET_ARN, TOKEN_ISSUER } from '../leavers';
import type { Watch } from '../watch';
import type { Workforce } from '../workforce';
import { error, repeated, warning } from './issue';

/** What is done about people who have left. `watch` is undefined where the organization is not known. */
export function checkLeavers({ name, workforce }: Estate, watch: Watch | undefined): readonly Issue[] {
  const leavers = workforce?.leavers;
  if (workforce === undefined || leavers === undefined) return [];
  return [
    ...checkEstateName(name),
    ...checkSurroundings(leavers, workforce),
    ...checkClientId(leavers),
    ...checkSignIn(leavers, watch),
    ...checkLimits(leavers),
    ...checkBreakGlass(leavers),
  ];
}

/** The role of the function is named after the estate. */
function checkEstateName(name: string): readonly Issue[] {
  if (leaversRoleName(name).length <= ROLE_NAME_LENGTH) return [];
  const problem = "is the folder's name, and the name of the leavers' role would be too long";
  const allowed = `at most ${ROLE_NAME_LENGTH - leaversRoleName('').length} characters`;
  return [error('leavers-estate-name', [], { value: name, problem, allowed })];
}

function checkSurroundings({ at }: Leavers, { alarms, tenantId, awsApplication }: Workforce): readonly Issue[] {
  const missing = [
    ...(alarms === undefined ? ['alarms, since nobody would be told'] : []),
    ...(tenantId === undefined ? ['tenantId, in which people are looked for'] : []),
    ...(awsApplication?.scim === undefined ? ['awsApplication.scim, by which people are disabled'] : []),
  ];
  return missing.map((what) =>
    error('leavers-surroundings', at, { problem: `needs ${what}`, allowed: 'the key in workforce, or no leavers' }),
  );
}

function checkClientId({ at, clientId }: Leavers): readonly Issue[] {
  if (clientId === undefined) {
    return [
      warning('leavers-pending', at, {
        problem: 'names no clientId yet: the function is not deployed',
        allowed: 'run the workforce program, then clientId: its output leaversClientId',
      }),
    ];
  }
  if (GUID.test(clientId)) return [];
  const what = { value: clientId, problem: 'is no client id', allowed: 'a GUID: the output leaversClientId' };
  return [error('leavers-client-id', [...at, 'clientId'], what)];
}

function checkSignIn({ at, signIn }: Leavers, watch: Watch | undefined): readonly Issue[] {
  if (signIn.kind === 'secret') return checkSecret([...at, 'secretArn'], signIn.secretArn);
  const { issuer, account } = signIn;
  return [
    ...(TOKEN_ISSUER.test(issuer)
      ? []
      : [
          error('leavers-issuer', [...at, 'federation', 'issuer'], {
            value: issuer,
            problem: "is no issuer of an account's outbound identity federation",
            allowed: 'https://<id>.tokens.sts.global.api.aws: aws iam enable-outbound-web-identity-federation',
          }),
        ]),
    ...(watch === undefined || watch.account === account
      ? []
      : [
          error('leavers-account', [...at, 'federation', 'account'], {
            value: account,
            problem: 'is not the account that the function runs in',
            allowed: watch.account,
          }),
        ]),
  ];
}

function checkSecret(place: Path, secretArn: string): readonly Issue[] {
  if (SECRET_ARN.test(secretArn)) return [];
  return [
    error('leavers-sign-in', place, {
      ...(secretArn !== '' && { value: secretArn }),
      problem: secretArn === '' ? 'nobody says how the function signs in to Entra ID' : 'is no ARN of a secret',
      allowed: 'federation, or secretArn: arn:aws:secretsmanager:<region>:<account>:secret:<name>',
    }),
  ];
}

function checkLimits({ at, gracePeriodDays, maxPerRun }: Leavers): readonly Issue[] {
  const isWithin = (value: number, { min, max }: { readonly min: number; readonly max: number }): boolean =>
    Number.isInteger(value) && value >= min && value <= max;
  return [
    ...(isWithin(gracePeriodDays, GRACE_DAYS)
      ? []
      : [
          error('leavers-grace-period', [...at, 'gracePeriod'], {
            problem: 'is no grace period',
            allowed: `whole days from P${GRACE_DAYS.min}D to P${GRACE_DAYS.max}D`,
          }),
        ]),
    ...(isWithin(maxPerRun, PER_RUN)
      ? []
      : [
          error('leavers-max-per-run', [...at, 'maxPerRun'], {
            value: maxPerRun,
            problem: 'is no number of users that a run may remove',
            allowed: `whole numbers from ${PER_RUN.min} to ${PER_RUN.max}`,
          }),
        ]),
  ];
}

function checkBreakGlass({ at, deletes, breakGlassUsers }: Leavers): readonly Issue[] {
  const place = [...at, 'breakGlassUsers'];
  const items = breakGlassUsers.map((name, index) => ({ name, at: [...place, index] }));
  return [
    ...(deletes && items.length === 0
      ? [
          warning('no-break-glass-user', place, {
            problem: 'names nobody, and users are removed',
            allowed: 'the users for emergencies',
          }),
        ]
      : []),
    ...repeated(items, ({ name }) => name.toLowerCase()).map(({ item, first }) =>
      error('duplicate-break-glass-user', item.at, {
        value: item.name,
        problem: 'is listed twice',
        allowed: 'each user once, in whatever case',
        related: [first.at],
      }),
    ),
  ];
}
