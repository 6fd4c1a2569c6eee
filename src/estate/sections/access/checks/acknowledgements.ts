import type { Access, Acknowledgement } from '../../estate';
import type { AcknowledgedOn, Issue } from '../../../source/finding';
import type { PolicyRule } from '../policy-rules';
import { ACKNOWLEDGED_ON } from '../policy-rules';
import { suggestionOrList } from '../../../source/suggest';

/** A rule of cdk-nag's pack, of which one finding alone may be meant. */
const SOLUTIONS_RULE = /^AwsSolutions-[A-Z]+[0-9]+(\[.*\])?$/;

/** Acknowledgements must name a rule that exists, and stand where it looks for them. */
export function checkAcknowledgements(access: Access, rules: readonly PolicyRule[]): readonly Issue[] {
  const check = (where: AcknowledgedOn): ((acknowledgement: Acknowledgement) => readonly Issue[]) => {
    return (acknowledgement) => checkAcknowledgement(acknowledgement, where, rules);
  };
  return [
    ...access.permissionSets.flatMap((set) => set.acknowledgements.flatMap(check('set'))),
    ...access.grants.flatMap((grant) => grant.acknowledgements.flatMap(check('grant'))),
  ];
}

function checkAcknowledgement(
  { rule, at }: Acknowledgement,
  where: AcknowledgedOn,
  rules: readonly PolicyRule[],
): readonly Issue[] {
  if (SOLUTIONS_RULE.test(rule)) return [];
  const base = { at: [...at, 'rule'], value: rule } as const;
  const known = rules.find(({ id }) => id === rule);
  if (known === undefined) {
    const ids = rules.map(({ id }) => id);
    return [
      {
        ...base,
        severity: 'error',
        code: 'unknown-rule',
        problem: 'is not a known rule',
        allowed: suggestionOrList(rule, ids, 'rules'),
      },
    ];
  }
  if (known.acknowledgedOn === where) return [];
  return [
    {
      ...base,
      severity: 'warning',
      code: 'acknowledgement-without-effect',
      problem: `has no effect on a ${ACKNOWLEDGED_ON[where]}`,
      allowed: `acknowledge it on the ${ACKNOWLEDGED_ON[known.acknowledgedOn]}`,
    },
  ];
}
