import type { Access, Acknowledgement } from '../../estate';
import type { AcknowledgedOn, Issue } from '../../../source/finding';
import type { PolicyRule } from '../policy-rules';
import { ACKNOWLEDGED_ON } from '../policy-rules';
import { unknownNames, warning } from '../../shared/issue';

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
  { rule: value, at }: Acknowledgement,
  where: AcknowledgedOn,
  rules: readonly PolicyRule[],
): readonly Issue[] {
  if (SOLUTIONS_RULE.test(value)) return [];
  const place = [...at, 'rule'];
  const known = rules.find(({ id }) => id === value);
  if (known === undefined) {
    const ids = rules.map(({ id }) => id);
    const words = { problem: 'is not a known rule', known: ids, things: 'rules' };
    return unknownNames('unknown-rule', [{ at: place, text: value }], words);
  }
  if (known.acknowledgedOn === where) return [];
  const problem = `has no effect on a ${ACKNOWLEDGED_ON[where]}`;
  const allowed = `acknowledge it on the ${ACKNOWLEDGED_ON[known.acknowledgedOn]}`;
  return [warning('acknowledgement-without-effect', place, { value, problem, allowed })];
}
