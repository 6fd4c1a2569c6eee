import type { ParsedEstate } from '../../estate';
import { error, type Issues, warning } from '../../shared/issue';
import type { Leavers, Watch } from '../watch';
import { SIGN_IN_WAYS } from '../leavers/schema';

/** Checks the treatment of people who have left. `watch` is undefined where the organization is not known. */
export function* checkLeavers({ estate: { workforce }, isSetAside }: ParsedEstate, watch: Watch | undefined): Issues {
  const leavers = workforce?.leavers;
  if (workforce === undefined || leavers === undefined) return;
  const { at, clientId } = leavers;
  const { alarms, tenantId, awsApplication } = workforce;
  const needs = [
    ['alarms', alarms, 'alarms, so that someone is told when a run fails'],
    ['tenantId', tenantId, 'tenantId, in which people are looked for'],
    ['awsApplication', awsApplication?.scim, 'awsApplication.scim, by which people are disabled'],
  ] as const;
  // A key that is there and faulty is not missing.
  for (const [key, value, what] of needs)
    if (value === undefined && !isSetAside(['workforce', key]))
      yield error('leavers-surroundings', at, {
        problem: `needs ${what}`,
        allowed: 'the key in workforce, or no leavers',
      });
  if (clientId === undefined)
    yield warning('leavers-pending', at, {
      problem: 'names no clientId yet: the function is not deployed',
      allowed: 'run the workforce program, then clientId: its output leaversClientId',
    });
  yield* checkFunction(leavers, watch);
}

const WRONG_SIGN_IN = {
  unsaid: 'is not set, and neither is federation: the function has no way to sign in to Entra ID',
  both: 'must not be set together with federation',
} as const;

function* checkFunction(leavers: Leavers, watch: Watch | undefined): Issues {
  const { at, signIn, deletes, breakGlassUsers } = leavers;
  if (signIn.kind === 'unsaid' || signIn.kind === 'both')
    yield error('leavers-sign-in', [...at, 'secretArn'], {
      problem: WRONG_SIGN_IN[signIn.kind],
      allowed: SIGN_IN_WAYS,
    });
  if (signIn.kind === 'federated' && watch !== undefined && watch.account !== signIn.account)
    yield error('leavers-account', [...at, 'federation', 'account'], {
      value: signIn.account,
      problem: 'is not the account that the function runs in',
      allowed: watch.account,
    });
  if (deletes && breakGlassUsers.length === 0)
    yield warning('no-break-glass-user', [...at, 'breakGlassUsers'], {
      problem: 'lists no one, so a user for emergencies could be removed',
      allowed: 'the users for emergencies',
    });
}
