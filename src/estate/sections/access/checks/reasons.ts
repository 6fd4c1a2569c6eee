import type { Access, Acknowledgement, PermissionSet } from '../../estate';
import { permissionSetsByName } from '../plan/expand';
import type { Issue } from '../../../source/finding';
import { warning } from '../../shared/issue';
import { writesOf } from '../policy-writes';

const CHANGING = '(alter|chang|modif|writ)';
/** 'read-only', 'only look', 'change no resource', 'without changing anything', 'can't write'. */
const CLAIMS_READING = [
  /\bread[- ]?only\b|\b(only|just|merely) (looks?|reads?|sees?|views?)\b|\b(looks?|reads?|sees?|views?) only\b/i,
  new RegExp(`\\b${CHANGING}\\w*( \\w+)? (no|none|nothing)\\b`, 'i'),
  new RegExp(`\\b(no|not|never|nor|neither|cannot|nothing|without|\\w+n['’]t)( \\w+){0,2} ${CHANGING}`, 'i'),
];
const READS = /\b(read|reads|reading|see|sees|seeing|view|views|viewing|look(s|ing)? (at|into))\b/i;
const CHANGES = new RegExp(`\\b(${CHANGING}|administ|creat|delet|deploy|manag|operat|pay|repair)`, 'i');

interface Acknowledged {
  readonly sets: readonly PermissionSet[];
  readonly acknowledgements: readonly Acknowledgement[];
}

/** Reasons that speak of reading alone must be those of sets that only read. */
export function checkReasons(access: Access): readonly Issue[] {
  const byName = permissionSetsByName(access);
  const items: readonly Acknowledged[] = [
    ...access.permissionSets.map((set) => ({ sets: [set], acknowledgements: set.acknowledgements })),
    ...access.grants.map(({ permissionSets, acknowledgements }) => ({
      sets: permissionSets.flatMap((name) => byName.get(name) ?? []),
      acknowledgements,
    })),
  ];
  return items.flatMap((item) => checkItem(item, access));
}

function checkItem({ sets, acknowledgements }: Acknowledged, { policies }: Access): readonly Issue[] {
  const claims = acknowledgements.filter(({ reason }) => claimsReading(reason));
  if (claims.length === 0) return [];
  const [write, ...others] = sets.flatMap((set) =>
    writesOf(set, policies).map((by) => `${set.name} can write through ${by}`),
  );
  if (write === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const words = {
    problem: `claims that people only read, but ${write}${more}`,
    allowed: 'choose policies that only read, or give the reason for writing',
  };
  return claims.map(({ reason, at }) =>
    warning('acknowledgement-untrue', [...at, 'reason'], { value: reason, ...words }),
  );
}

function claimsReading(reason: string): boolean {
  return CLAIMS_READING.some((claim) => claim.test(reason)) || (READS.test(reason) && !CHANGES.test(reason));
}
