import type { AcknowledgedOn } from '../../../source/finding';
import type { Access, AccessPolicy, PermissionSet } from '../../estate';
import { type Issues, unknownNames, warning } from '../../shared/issue';
import { permissionSetsByName } from '../plan/expand';
import { writtenSets } from '../plan/management-copies';
import { ACKNOWLEDGED_ON, POLICY_RULES, type PolicyRule } from '../policy-rules';
import { attachedPolicies, type Statement, statementsOf } from '../policy-document';
import { isManagedPolicy, isReadOnlyPolicy } from '../policy-power';
import { pathAndName } from '../sets/policy-changes';

/** A rule of cdk-nag's pack, of which one finding alone may be meant. */
const SOLUTIONS_RULE = /^AwsSolutions-[A-Z]+[0-9]+(\[.*\])?$/;

/**
 * Acknowledgements must name a rule that exists, and stand where it looks for them. Reasons that speak of reading alone must be those
 * of sets that only read.
 */
export function* checkAcknowledgements(access: Access): Issues {
  const byName = permissionSetsByName(access);
  for (const set of writtenSets(access)) {
    yield* checkRules(set, 'set');
    yield* checkReasons(set, [set], access);
  }
  for (const grant of access.grants) {
    yield* checkRules(grant, 'grant');
    const sets = grant.permissionSets.flatMap((name) => byName.get(name) ?? []);
    yield* checkReasons(grant, sets, access);
  }
}

type Acknowledging = Pick<PermissionSet, 'acknowledgements'>;

function* checkRules({ acknowledgements }: Acknowledging, where: AcknowledgedOn): Issues {
  const rules: readonly PolicyRule[] = Object.values(POLICY_RULES);
  const ids = rules.map(({ id }) => id);
  for (const { rule: value, at } of acknowledgements) {
    if (SOLUTIONS_RULE.test(value)) continue;
    const place = { at: [...at, 'rule'], text: value };
    yield* unknownNames('unknown-rule', [place], { problem: 'is not a known rule', known: ids, things: 'rules' });
    const on = rules.find(({ id }) => id === value)?.acknowledgedOn ?? where;
    const problem = `has no effect on a ${ACKNOWLEDGED_ON[where]}`;
    const allowed = `acknowledge it on the ${ACKNOWLEDGED_ON[on]}`;
    if (on !== where) yield warning('acknowledgement-without-effect', place.at, { value, problem, allowed });
  }
}

const CHANGING = '(alter|chang|modif|writ)';
/** 'read-only', 'only look', 'change no resource', 'without changing anything', 'can't write'. */
const CLAIMS_READING = [
  /\bread[- ]?only\b|\b(only|just|merely) (looks?|reads?|sees?|views?)\b|\b(looks?|reads?|sees?|views?) only\b/i,
  new RegExp(`\\b${CHANGING}\\w*( \\w+)? (no|none|nothing)\\b`, 'i'),
  new RegExp(`\\b(no|not|never|nor|neither|cannot|nothing|without|\\w+n['’]t)( \\w+){0,2} ${CHANGING}`, 'i'),
];
const READS = /\b(read|reads|reading|see|sees|seeing|view|views|viewing|look(s|ing)? (at|into))\b/i;
const CHANGES = new RegExp(`\\b(${CHANGING}|administ|creat|delet|deploy|manag|operat|pay|repair)`, 'i');

function* checkReasons({ acknowledgements }: Acknowledging, sets: readonly PermissionSet[], access: Access): Issues {
  const claims = acknowledgements.filter(
    ({ reason }) => CLAIMS_READING.some((claim) => claim.test(reason)) || (READS.test(reason) && !CHANGES.test(reason)),
  );
  if (claims.length === 0) return;
  const [write, ...others] = sets.flatMap((set) =>
    writesOf(set, access.policies).map((by) => `${set.name} can write through ${by}`),
  );
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  for (const { reason, at } of write === undefined ? [] : claims)
    yield warning('acknowledgement-untrue', [...at, 'reason'], {
      value: reason,
      problem: `claims that people only read, but ${write}${more}`,
      allowed: 'choose policies that only read, or give the reason for writing',
    });
}

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
