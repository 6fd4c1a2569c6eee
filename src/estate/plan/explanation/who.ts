import type { EstatePlan } from '../planner';
import { holderKey, holderText } from '../../sections/access/holder';
import { knownGroups } from '../../sections/access/plan/expand';
import type { Place } from '../../source/finding';
import { compareText } from '../../source/finding';

/** A permission set that a group, or the person directly, has in some accounts, and the grants that give it. */
export interface HeldSet {
  /** Group by which it is held; a person who has it as an exception is called one: `user jane@example.com`. */
  readonly group: string;
  readonly permissionSet: string;
  /** `<id> <name>`, sorted. */
  readonly accounts: readonly string[];
  /** Places of the grants, each once. */
  readonly grants: readonly Place[];
  /** True if the Identity Store knew the group; until then no one has the access. */
  readonly isSynchronized: boolean;
}

export interface HeldAccess {
  /** Sorted by group and permission set. */
  readonly sets: readonly HeldSet[];
  /** Groups of the question to which the estate gives nothing. */
  readonly withoutAccess: readonly string[];
  /** Groups that neither the estate nor the Identity Store knew. */
  readonly unknown: readonly string[];
}

/** Access that an estate gives a person by some groups and by exceptions, and the lines that give it. */
export function accessOf(plan: EstatePlan, user: string, groups: readonly string[]): HeldAccess {
  const { estate, access } = plan;
  const wanted = new Set(groups);
  const assignments = (access?.expansion.assignments ?? []).filter(({ holder: { kind, name } }) =>
    kind === 'user' ? name === user : wanted.has(name),
  );
  const cells = Map.groupBy(assignments, ({ holder, permissionSet }) =>
    JSON.stringify([holderKey(holder), permissionSet]),
  );
  const sets = [...cells.values()].flatMap((cell): HeldSet[] => {
    const [first] = cell;
    if (first === undefined) return [];
    const grants = new Set(cell.flatMap(({ causes }) => causes.map(({ grant }) => grant)));
    return [
      {
        group: holderText(first.holder),
        permissionSet: first.permissionSet,
        accounts: cell.map(({ account }) => `${account.id} ${account.name}`),
        grants: [...grants].map(({ at }) => plan.placeOf(at)),
        isSynchronized: first.principalId !== undefined,
      },
    ];
  });
  const known = access === undefined ? new Set<string>() : knownGroups(estate, access.organization);
  const holding = new Set(sets.map(({ group }) => group));
  const idle = [...wanted].filter((group) => !holding.has(group)).toSorted(compareText);
  return {
    sets,
    withoutAccess: idle.filter((group) => known.has(group)),
    unknown: idle.filter((group) => !known.has(group)),
  };
}
