import { type Customers, standingFlows, type UserFlow } from '../estate/sections/customers/customers';
import type { TokenClaims } from '../clouds/graph/web/discovery';
import { quotedList } from '../text/suggest';
import { claimNames } from './checks/b2c/user-flows';

/** A token of a sign-in against its user flow. */
export interface TokenReport {
  readonly flow: UserFlow;
  /** Sentences on what is as declared. */
  readonly shown: readonly string[];
  /** Sentences on what is not. */
  readonly faults: readonly string[];
  /** Sentences on what a token does not tell. */
  readonly untold: readonly string[];
}

/** The user flow that a token names; of External ID, whose tokens name none, the one that signs in. @throws Error for another */
export function flowOfToken(claims: TokenClaims, customers: Customers): UserFlow {
  const named = [claims['tfp'], claims['acr']].find((one) => typeof one === 'string' && /^b2c_1/i.test(one));
  const wanted = typeof named === 'string' ? named.toLowerCase() : undefined;
  const standing = standingFlows(customers);
  const flow = standing.find(({ id, use }) =>
    customers.directoryType === 'b2c' ? id.toLowerCase() === wanted : use === 'signIn',
  );
  if (flow !== undefined) return flow;
  const flows = quotedList(standing.map(({ id }) => id));
  const given = wanted === undefined ? 'names no user flow (tfp, acr)' : `is of the user flow '${wanted}'`;
  throw new Error(`the token ${given}; user flows of the estate: ${flows}`);
}

/** Compares a verified token with what its flow declares. */
export function tokenReport(claims: TokenClaims, flow: UserFlow, customers: Customers): TokenReport {
  const names = claimNames(flow.claims, customers);
  const missing = names.filter((name) => claims[name] === undefined);
  const life = lifeOf(claims, flow);
  const factor = factorOf(claims, flow);
  return {
    flow,
    shown: [
      ...names.filter((name) => !missing.includes(name)).map((name) => `it has the claim ${name}`),
      ...life.shown,
      ...factor.shown,
    ],
    faults: [
      ...missing.map((name) => `the claim ${name} is missing: it is not ticked, or the account has nothing there`),
      ...life.faults,
    ],
    untold: factor.untold,
  };
}

function lifeOf({ exp, iat }: TokenClaims, { tokens }: UserFlow): Pick<TokenReport, 'shown' | 'faults'> {
  const wanted = tokens?.accessMinutes;
  if (wanted === undefined || typeof exp !== 'number' || typeof iat !== 'number') return { shown: [], faults: [] };
  const minutes = (exp - iat) / 60;
  return minutes === wanted
    ? { shown: [`it lives ${minutes} minutes`], faults: [] }
    : { shown: [], faults: [`it lives ${minutes} minutes, not ${wanted}`] };
}

/** B2C documents no claim that tells a second factor of a user flow: only `amr` with `mfa` is taken for one. */
function factorOf({ amr }: TokenClaims, { id, multifactor }: UserFlow): Pick<TokenReport, 'shown' | 'untold'> {
  if (multifactor === undefined || multifactor.state === 'off') return { shown: [], untold: [] };
  if (Array.isArray(amr) && amr.includes('mfa'))
    return { shown: ['amr says that a second factor was given'], untold: [] };
  const untold = `it does not tell whether ${id} asked for a second factor (no amr with mfa): the sign-in itself shows it`;
  return { shown: [], untold: [untold] };
}
