import type { Access, Acknowledgement } from '../estate';
import type { Issue } from '../finding';
import { suggestionOrList } from '../suggest';

/** Acknowledgements must name a rule that exists. cdk-nag's own rules may be acknowledged too (`AwsSolutions-…`). */
export function checkAcknowledgements(access: Access, rules: readonly string[]): readonly Issue[] {
  const all: readonly Acknowledgement[] = [...access.permissionSets, ...access.grants].flatMap(
    (item) => item.acknowledgements,
  );
  return all
    .filter(({ rule }) => !rules.includes(rule) && !rule.startsWith('AwsSolutions-'))
    .map(({ rule, at }) => ({
      severity: 'error',
      code: 'unknown-rule',
      at: [...at, 'rule'],
      value: rule,
      problem: 'is no rule',
      allowed: suggestionOrList(rule, rules, 'rules'),
    }));
}
