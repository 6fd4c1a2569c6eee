import type { AccessPolicy, PermissionSet } from '../estate';
import { attachedPolicies } from './attached-policies';
import { isManagedPolicy, isReadOnlyPolicy } from './aws-managed-policies';
import type { Statement } from './policy-document';
import { statementsOf } from './policy-document';
import { pathAndName } from './sets/set-comparisons';

/** Beginnings of the names of actions that read. For 98 of 100 actions they agree with the access levels of AWS. */
const READING =
  /^(admin|batch)?(check(?!in|out|point)|decrypt|describe|detect|discover|download|estimate|evaluate|filter|get|list|lookup|preview|query|read|retrieve|scan|search|select|simulate|validate|verify|view)/i;

/** Actions of the statements, or patterns of them, that change something. Conditions and denials don't count. */
export function writingActions(statements: readonly Statement[]): readonly string[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, notActions }) => [
      ...actions.filter((action) => !READING.test(action.slice(action.indexOf(':') + 1))),
      ...notActions.slice(0, 1).map((action) => `all but ${action}`),
    ]);
}

/** Policies and inline actions that let a set change something; policies that are unknown here have none. */
export function writesOf(set: PermissionSet, policies: readonly AccessPolicy[] | undefined): readonly string[] {
  const managed = set.managedPolicies.map((policy) => policy.replace(/^arn:.*?:policy\//, ''));
  const attached = attachedPolicies(set, policies).filter(
    ({ document }) => writingActions(statementsOf(document.document)).length > 0,
  );
  return [
    ...managed.filter((name) => isManagedPolicy(name) && !isReadOnlyPolicy(name)),
    ...attached.map(pathAndName),
    ...(set.inlinePolicy === undefined ? [] : writingActions(statementsOf(set.inlinePolicy.document))),
  ];
}
