import type { ParsedEstate } from '../../estate';
import type { Issue } from '../../../source/finding';
import type { Leavers } from '../leavers/leavers';
import { SIGN_IN_WAYS } from '../leavers/schema';
import type { Watch } from '../watch';
import type { Workforce } from '../workforce';
import { error, warning } from '../../shared/issue';

/** Checks the treatment of people who have left. `watch` is undefined where the organization is not known. */
export function checkLeavers(
  { estate: { workforce }, isSetAside }: Pick<ParsedEstate, 'estate' | 'isSetAside'>,
  watch: Watch | undefined,
): readonly Issue[] {
  const leavers = workforce?.leavers;
  if (workforce === undefined || leavers === undefined) return [];
  return [
    ...checkSurroundings(leavers, workforce, isSetAside),
    ...checkPending(leavers),
    ...checkSignIn(leavers, watch),
    ...checkBreakGlass(leavers),
  ];
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

function checkPending({ at, clientId }: Leavers): readonly Issue[] {
  if (clientId !== undefined) return [];
  const problem = 'names no clientId yet: the function is not deployed';
  const allowed = 'run the workforce program, then clientId: its output leaversClientId';
  return [warning('leavers-pending', at, { problem, allowed })];
}

function checkSignIn({ at, signIn }: Leavers, watch: Watch | undefined): readonly Issue[] {
  const wrong = (problem: string): readonly Issue[] => [
    error('leavers-sign-in', [...at, 'secretArn'], { problem, allowed: SIGN_IN_WAYS }),
  ];
  switch (signIn.kind) {
    case 'unsaid':
      return wrong('is not set, and neither is federation: the function has no way to sign in to Entra ID');
    case 'both':
      return wrong('must not be set together with federation');
    case 'secret':
      return [];
    case 'federated': {
      if (watch === undefined || watch.account === signIn.account) return [];
      const problem = 'is not the account that the function runs in';
      const what = { value: signIn.account, problem, allowed: watch.account };
      return [error('leavers-account', [...at, 'federation', 'account'], what)];
    }
  }
}

function checkBreakGlass({ at, deletes, breakGlassUsers }: Leavers): readonly Issue[] {
  if (!deletes || breakGlassUsers.length > 0) return [];
  const problem = 'lists no one, so a user for emergencies could be removed';
  const what = { problem, allowed: 'the users for emergencies' };
  return [warning('no-break-glass-user', [...at, 'breakGlassUsers'], what)];
}
