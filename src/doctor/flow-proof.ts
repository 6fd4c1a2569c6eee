import type { Customers, UserFlow } from '../estate/sections/customers/customers';
import type { TokenClaims } from '../clouds/graph/web/discovery';
import { tokenReport, type TokenReport } from './token-faults';

/** A sign-in to a flow, as its token and its clock tell it. */
interface TimedSignIn {
  readonly claims: TokenClaims;
  readonly seconds: number;
}

/** Compares two sign-ins of one person with what the flow declares; the second had to ask again (`prompt=login`). */
export function flowProof(
  [first, second]: readonly [TimedSignIn, TimedSignIn],
  flow: UserFlow,
  customers: Customers,
): TokenReport {
  const { shown, faults, untold } = tokenReport(second.claims, flow, customers);
  const again = askedAgain(first.claims['auth_time'], second.claims['auth_time']);
  const named = [second.claims['tfp'], second.claims['acr']].find((one) => typeof one === 'string');
  const isOther = typeof named !== 'string' || named.toLowerCase() !== flow.id.toLowerCase();
  const isOne = first.claims['sub'] === second.claims['sub'];
  return {
    flow,
    shown: [
      `the sign-ins took ${first.seconds} s and, with prompt=login, ${second.seconds} s`,
      ...(again === true ? ['the second sign-in asked again: auth_time is later'] : []),
      ...shown,
    ],
    faults: [
      ...(isOther
        ? [`the token is of ${typeof named === 'string' ? named : 'no user flow'} (tfp, acr), not of ${flow.id}`]
        : []),
      ...(isOne ? [] : ['two people signed in: sign in as the same one twice']),
      ...(again === false
        ? ['the second sign-in did not ask again in spite of prompt=login: auth_time is the same']
        : []),
      ...faults,
    ],
    untold: [
      ...(again === undefined ? ['it has no auth_time, so that it does not tell whether somebody was asked'] : []),
      ...untold,
    ],
  };
}

function askedAgain(first: unknown, second: unknown): boolean | undefined {
  return typeof first === 'number' && typeof second === 'number' ? second > first : undefined;
}
