import { MEMBERSHIP_RULE_LENGTH } from '../limits';
import type { Words } from '../shared/rules';

/** Fault of a membership rule that a look at the text can tell: Entra ID alone knows attributes and operators. */
export function faultOfRule(rule: string): Words | undefined {
  if (rule.length > MEMBERSHIP_RULE_LENGTH)
    return { problem: `is ${rule.length} characters long`, allowed: `at most ${MEMBERSHIP_RULE_LENGTH}` };
  const bare = rule.replaceAll(/"[^"]*"/g, '""');
  return faultOfPairs(bare) ?? faultOfAttributes(bare);
}

/** Fault of a rule, its texts emptied, in which a sign stands without its counterpart. */
function faultOfPairs(bare: string): Words | undefined {
  if (bare.replaceAll('""', '').includes('"'))
    return { problem: 'has a quotation mark without its second one', allowed: 'pairs of double quotation marks' };
  if (!hasPairedParentheses(bare))
    return { problem: 'has a parenthesis without its counterpart', allowed: 'pairs of parentheses' };
  return undefined;
}

function hasPairedParentheses(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Fault of a rule, its texts emptied, that is not about people. */
function faultOfAttributes(bare: string): Words | undefined {
  if (/\bdevice\./i.test(bare))
    return { problem: 'is about devices', allowed: 'attributes of users: AWS knows people alone' };
  if (/\buser\.\w+/i.test(bare) || /^\s*Direct Reports for ""/i.test(bare)) return undefined;
  return { problem: 'names no attribute of a user', allowed: 'such as user.department -eq "Security"' };
}
