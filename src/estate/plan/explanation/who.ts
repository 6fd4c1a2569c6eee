import type { EstatePlan } from '../planner';
import { holderKey, holderText } from '../../sections/access/holder';
import { knownGroups } from '../../sections/access/plan/expand';
import { compareText } from '../../source/finding';

export type HeldAccess = ReturnType<typeof accessOf>;

/** Access that an estate gives a person by some groups and by exceptions, and the lines that give it. */
export function accessOf(plan: EstatePlan, user: string, groups: readonly string[]) {
  const { estate, access } = plan;
  const wanted = new Set(groups);
  const assignments = (access?.expansion.assignments ?? []).filter(({ holder: { kind, name } }) =>
    kind === 'user' ? name === user : wanted.has(name),
  );
  const cells = Map.groupBy(assignments, ({ holder, permissionSet }) =>
    JSON.stringify([holderKey(holder), permissionSet]),
  );
  const sets = [...cells.values()].flatMap((cell) => {
    const grants = new Set(cell.flatMap(({ causes }) => causes.map(({ grant }) => grant)));
    return cell.slice(0, 1).map(({ holder, permissionSet, principalId }) => ({
      /** Group by which it is held; a person who has it as an exception is called one: `user jane@example.com`. */
      group: holderText(holder),
      permissionSet,
      /** `<id> <name>`, sorted. */
      accounts: cell.map(({ account }) => `${account.id} ${account.name}`),
      /** Places of the grants, each once. */
      grants: [...grants].map(({ at }) => plan.placeOf(at)),
      /** True if the Identity Store knew the group; until then no one has the access. */
      isSynchronized: principalId !== undefined,
    }));
  });
  const known = access === undefined ? new Set<string>() : knownGroups(estate, access.organization);
  const holding = new Set(sets.map(({ group }) => group));
  const idle = [...wanted].filter((group) => !holding.has(group)).toSorted(compareText);
  return {
    sets,
    /** Groups of the question to which the estate gives nothing. */
    withoutAccess: idle.filter((group) => known.has(group)),
    /** Groups that neither the estate nor the Identity Store knew. */
    unknown: idle.filter((group) => !known.has(group)),
  };
}
