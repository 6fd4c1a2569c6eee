import type { ParsedEstate } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { GUID, ROLE_NAME_LENGTH } from '../../limits';
import { nameKey } from '../../../source/name-key';
import type { Leavers } from '../leavers';
import { leaversRoleName } from '../leavers';
import { GRACE_DAYS, GRACE_FAULT, PER_RUN, SECRET_ARN, SHARE, TOKEN_ISSUER } from '../limits';
import type { Watch } from '../../workforce/watch';
import type { Workforce } from '../../workforce/workforce';
import type { Range } from '../../shared/range';
import { isWithin, outside } from '../../shared/range';
import { duplicates, error, placed, warning } from '../../shared/issue';

/** Checks what is done about people who have left. `watch` is undefined where the organization is not known. */
export function checkLeavers(
  { estate: { name, workforce }, isSetAside }: Pick<ParsedEstate, 'estate' | 'isSetAside'>,
  watch: Watch | undefined,
): readonly Issue[] {
  const leavers = workforce?.leavers;
  if (workforce === undefined || leavers === undefined) return [];
  return [
    ...checkEstateName(name),
    ...checkSurroundings(leavers, workforce, isSetAside),
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

/** A key that is there and faulty is not missing. */
function checkSurroundings(
  { at }: Leavers,
  { alarms, tenantId, awsApplication }: Workforce,
  isSetAside: ParsedEstate['isSetAside'],
): readonly Issue[] {
  const needs = [
    { key: 'alarms', value: alarms, what: 'alarms, so that someone is told when a run fails' },
    { key: 'tenantId', value: tenantId, what: 'tenantId, in which people are looked for' },
    { key: 'awsApplication', value: awsApplication?.scim, what: 'awsApplication.scim, by which people are disabled' },
  ];
  return needs
    .filter(({ key, value }) => value === undefined && !isSetAside(['workforce', key]))
    .map(({ what }) =>
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
  const what = { value: clientId, problem: 'must be a client id', allowed: 'a GUID: the output leaversClientId' };
  return [error('leavers-client-id', [...at, 'clientId'], what)];
}

function checkSignIn({ at, signIn }: Leavers, watch: Watch | undefined): readonly Issue[] {
  switch (signIn.kind) {
    case 'unsaid':
      return [
        noSignIn([...at, 'secretArn'], {
          problem: 'is not set, and neither is federation: the function has no way to sign in to Entra ID',
        }),
      ];
    case 'both':
      return [noSignIn([...at, 'secretArn'], { problem: 'must not be set together with federation' })];
    case 'secret':
      return SECRET_ARN.test(signIn.secretArn)
        ? []
        : [noSignIn([...at, 'secretArn'], { value: signIn.secretArn, problem: 'must be the ARN of a secret' })];
    case 'federated':
      return checkFederation([...at, 'federation'], signIn, watch);
  }
}

function noSignIn(place: Path, what: Pick<Issue, 'value' | 'problem'>): Issue {
  const allowed = 'federation, or secretArn: arn:aws:secretsmanager:<region>:<account>:secret:<name>';
  return error('leavers-sign-in', place, { ...what, allowed });
}

function checkFederation(
  place: Path,
  { issuer, account }: { readonly issuer: string; readonly account: string },
  watch: Watch | undefined,
): readonly Issue[] {
  return [
    ...(TOKEN_ISSUER.test(issuer)
      ? []
      : [
          error('leavers-issuer', [...place, 'issuer'], {
            value: issuer,
            problem: "must be the issuer of an account's outbound identity federation",
            allowed: 'https://<id>.tokens.sts.global.api.aws: aws iam enable-outbound-web-identity-federation',
          }),
        ]),
    ...(watch === undefined || watch.account === account
      ? []
      : [
          error('leavers-account', [...place, 'account'], {
            value: account,
            problem: 'is not the account that the function runs in',
            allowed: watch.account,
          }),
        ]),
  ];
}

function checkLimits({ at, gracePeriodDays, maxPerRun, maxShare }: Leavers): readonly Issue[] {
  const { code, ...words } = GRACE_FAULT;
  const whole = ({ min, max }: Range): string => `whole numbers from ${min} to ${max}`;
  return [
    ...(isWithin(gracePeriodDays, GRACE_DAYS)
      ? []
      : [error(code, [...at, 'gracePeriod'], { value: `P${gracePeriodDays}D`, ...words })]),
    ...outside('leavers-max-per-run', [...at, 'maxPerRun'], {
      value: maxPerRun,
      range: PER_RUN,
      problem: 'must be a number of users that a run may remove',
      allowed: whole(PER_RUN),
    }),
    ...outside('leavers-max-share', [...at, 'maxShare'], {
      value: maxShare,
      range: SHARE,
      problem: 'must be a percentage of the users that a run may remove',
      allowed: whole(SHARE),
    }),
  ];
}

function checkBreakGlass({ at, deletes, breakGlassUsers }: Leavers): readonly Issue[] {
  const place = [...at, 'breakGlassUsers'];
  return [
    ...(deletes && breakGlassUsers.length === 0
      ? [
          warning('no-break-glass-user', place, {
            problem: 'lists no one, so a user for emergencies could be removed',
            allowed: 'the users for emergencies',
          }),
        ]
      : []),
    ...duplicates('duplicate-break-glass-user', placed(breakGlassUsers, place), {
      keyOf: nameKey,
      allowed: 'each user once, in whatever case',
    }),
  ];
}
