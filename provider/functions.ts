import { quotedList } from '../src/text/suggest';
import { getAuthenticationEventsFlow } from './events-flow/look-up';
import type { LookUp } from './look-up';
import { getOwners } from './owners/look-up';
import { getSynchronizationJob, getSynchronizationTemplate } from './synchronization/look-up';
import { getUserFlow } from './user-flow/look-up';
import type { Properties } from './values';

/** Every function of the package, by the last part of its token. */
export const FUNCTIONS: Readonly<Record<string, LookUp<Properties>>> = {
  getAuthenticationEventsFlow: typed(getAuthenticationEventsFlow),
  getOwners: typed(getOwners),
  getSynchronizationJob: typed(getSynchronizationJob),
  getSynchronizationTemplate: typed(getSynchronizationTemplate),
  getUserFlow: typed(getUserFlow),
};

/** A function of the package. @throws Error if there is no such function */
export function lookUp(token: string): LookUp<Properties> {
  const found = FUNCTIONS[token];
  if (found !== undefined) return found;
  throw new Error(`unknown function '${token}'; functions: ${quotedList(Object.keys(FUNCTIONS))}`);
}

/** Lets a function be called without knowing its arguments: they are parsed first. */
function typed<I>({ schema, find }: LookUp<I>): LookUp<Properties> {
  return {
    schema: schema as unknown as LookUp<Properties>['schema'],
    find: (inputs, context) => find(schema.parse(inputs), context),
  };
}
