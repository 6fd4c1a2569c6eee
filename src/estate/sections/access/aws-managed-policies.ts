import list from './aws-managed-policies.json';
import { suggestName } from '../../../text/suggest';

const known: ReadonlySet<string> = new Set(list.names);
const readOnly: ReadonlySet<string> = new Set(list.readOnly);
const unbounding: ReadonlySet<string> = new Set(list.unbounding);

/** Day of the last change among the AWS managed policies that are known here; `npm run reference` writes the list again. */
export const MANAGED_POLICIES_AS_OF = list.asOf;

/** AWS managed policies by path and name. */
export const MANAGED_POLICIES: readonly string[] = list.names;

/** Tells whether AWS has a managed policy of this path and name, such as `job-function/ViewOnlyAccess`. */
export function isManagedPolicy(name: string): boolean {
  return known.has(name);
}

/** Tells whether an AWS managed policy allows nothing but reading, by path and name. */
export function isReadOnlyPolicy(name: string): boolean {
  return readOnly.has(name);
}

/** Tells whether an AWS managed policy, as a permissions boundary, holds back what makes or changes identities. */
export function isBoundingPolicy(name: string): boolean {
  return known.has(name) && !unbounding.has(name);
}

/** The policy that a name was probably meant for: the same name in another path or case, or else one of nearly that name. */
export function suggestManagedPolicy(name: string): string | undefined {
  const bare = bareName(name);
  return list.names.find((candidate) => bareName(candidate) === bare) ?? suggestName(name, list.names);
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase();
}
