import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { AccountFinder } from '../../../estate/sections/access/plan/select';
import { showValue } from '../../../estate/source/finding';
import { principalTypeOf } from '../../../estate/sections/access/holder';
import { isUserGrant, type UserGrant } from '../../../estate/sections/access/ended-grants';
import type { AccessFacts, DeployedAssignment, UnreadAccount } from '../../../clouds/facts/access-facts';
import { isExcludedInUse, whyLeftAlone } from '../../../clouds/facts/left-alone';
import type { Owner } from '../../../clouds/facts/ownership';
import { together } from '../../../clouds/reading';
import { type Check, type CheckInput, examine, failure, type Observation, ok, okUnless, warning } from '../../check';
import {
  assignmentsElsewhere,
  type DeployedAccess,
  missingAssignments,
  setNames,
  unknownAssignments,
} from '../../../clouds/facts/assignment-drift';
import { principalNames } from '../../../clouds/facts/managed-elsewhere';
import { applicationDifferences } from './applications';
import { accountName, assignmentLabels } from './assignment-labels';
import { failedDeletion, type Origins, originsOf, STILL_OWNED, unclearOrigins } from './origins';
import { declaredSets } from '../../../clouds/facts/set-drift';

/** Assignments of the estate's permission sets are those of the estate, neither more nor fewer. */
export const assignments: Check = {
  id: 'access-assignments',
  area: 'access',
  title: 'Assignments are those of the estate',
  run: (input) =>
    compare(input, (found) => {
      const { access, deployed, unread } = found;
      const { own, unclear } = divided(found);
      const elsewhere = assignmentsElsewhere(access, deployed).length;
      const count = deployed.assignments.length - unknownAssignments(access, deployed).length - elsewhere;
      return okUnless(
        [
          ...missing(found),
          ...own.map((one) => unknown(one, found)),
          ...unclear,
          ...applicationDifferences(access, found.facts),
          ...unread.map(unreadIn(access)),
        ],
        `${count} assignments are as declared${elsewhere === 0 ? '' : `, and ${elsewhere} are managed elsewhere`}`,
      );
    }),
};

/** Access by permission sets that the estate neither has nor had. */
export const otherSets: Check = {
  id: 'access-other-sets',
  area: 'access',
  title: 'Access comes from the permission sets of the estate',
  run: (input) =>
    compare(input, (found) => {
      const { other } = divided(found);
      if (other.length === 0) return [ok('no other permission set gives access')];
      return other.map((one) => unknown(one, found));
    }),
};

interface Found {
  readonly access: AccessPlan;
  readonly deployed: DeployedAccess;
  readonly origins: Origins;
  readonly words: ReturnType<typeof assignmentLabels>;
  readonly facts: AccessFacts;
  readonly unread: readonly UnreadAccount[];
  /** Exceptions of the estate that have ended. */
  readonly ended: readonly UserGrant[];
}

function compare(
  { plan, facts }: CheckInput,
  look: (found: Found) => readonly Observation[],
): readonly Observation[] | undefined {
  const { access } = plan;
  if (access === undefined || facts.access === undefined) return undefined;
  const { permissionSets, assignments: made, unread = [] } = facts.access;
  const origins = originsOf(plan, facts.access);
  const words = assignmentLabels(access, facts.access);
  const names = principalNames(facts.access);
  const read = facts.access;
  const ended = endedExceptions(plan);
  return examine(together({ permissionSets, assignments: made }), (deployed) =>
    look({ access, deployed: { ...deployed, names }, origins, words, unread, ended, facts: read }),
  );
}

/** Assignments that the estate does not have: by a permission set that is or was its own, and by others. */
export function divided({ access, deployed, origins }: Pick<Found, 'access' | 'deployed' | 'origins'>): {
  readonly own: readonly DeployedAssignment[];
  readonly other: readonly DeployedAssignment[];
  /** Observations on what could not be found out. */
  readonly unclear: readonly Observation[];
} {
  const declared = declaredSets(access);
  const ownSets = new Set(
    deployed.permissionSets.filter((set) => declared.has(set.name) || origins.isOwn(set)).map(({ arn }) => arn),
  );
  const all = unknownAssignments(access, deployed);
  const other = all.filter(({ set }) => !ownSets.has(set));
  return {
    own: all.filter(({ set }) => ownSets.has(set)),
    other,
    unclear: other.length > 0 ? unclearOrigins(origins) : [],
  };
}

function missing({ access, deployed, origins }: Found): readonly Observation[] {
  const arns = new Map(deployed.permissionSets.map(({ arn, name }) => [name, arn]));
  return missingAssignments(access, deployed).map(({ holder, permissionSet, account, principalId }) => {
    const message = `${holder.kind === 'user' ? 'user ' : ''}${showValue(holder.name)} does not have ${permissionSet} in ${accountName(access, account.id)}, which the estate grants`;
    const set = arns.get(permissionSet);
    if (set === undefined || principalId === undefined) return failure(message, 'deploy the access stacks');
    const one = { set, account: account.id, principalType: principalTypeOf(holder), principalId };
    return failure(message, MISSING_ADVICE[origins.ownership.ofAssignment(one)]);
  });
}

/** CloudFormation, which compares templates alone, makes nothing again that its stack has. */
const MISSING_ADVICE: Readonly<Record<Owner, string>> = {
  stack: 'npx --no entra-aws deploy repair access --yes gives it again; a deployment sees no change',
  none: 'deploy the access stacks',
  unknown:
    'deploy the access stacks; where CloudFormation sees no change, npx --no entra-aws deploy repair access --yes gives it again',
};

/** Only of accounts whose access holds up nothing. */
function unreadIn(access: AccessPlan): (one: UnreadAccount) => Observation {
  return ({ account, reason }) =>
    warning(
      `AWS did not tell who has what in ${accountName(access, account)} (${reason}); ${whyLeftAlone(access, account) ?? 'it is left alone'}`,
      'run this again once AWS answers for the account; people may still have access there',
    );
}

function unknown(one: DeployedAssignment, found: Found): Observation {
  const { access, deployed, origins, words } = found;
  const isOwned = origins.ownership.ofAssignment(one) === 'stack';
  const gaveUp = isOwned ? STILL_OWNED : failedDeletion(origins, { set: one.set, assignment: one });
  const message = `${words.who(one)} has ${words.what(one, deployed)}, which is not in the estate; ${gaveUp ?? words.madeBy(one)}`;
  const why = whyLeftAlone(access, one.account);
  if (why !== undefined) {
    return warning(`${message}; ${why}`, "leave it: it can't be used, and goes with the account");
  }
  const exception = endedException(one, { access, setNames: setNames(deployed), ended: found.ended });
  if (exception !== undefined) {
    return failure(
      `${words.who(one)} still has ${words.what(one, deployed)}, though the exception ended on ${exception.holder.until}`,
      'deploy the access stacks, or npx --no entra-aws deploy repair access --yes; then remove the grant from the estate',
    );
  }
  if (isExcludedInUse(access, one.account)) {
    return failure(
      `${message}; the estate excludes the account, which people can use`,
      `take it away (${words.deletion(one)}), or take the account out of access.excludedAccounts`,
    );
  }
  if (isOwned) {
    return failure(message, 'deploy the access stacks, which takes it away, or add a grant to the estate');
  }
  return failure(
    message,
    `take it away (${words.deletion(one)}), or add a grant to the estate and import it (docs/importing.md)`,
  );
}

/** Exceptions of an estate that have ended. */
export function endedExceptions({ estate }: Pick<EstatePlan, 'estate'>): readonly UserGrant[] {
  return (estate.access?.endedGrants ?? []).filter(isUserGrant);
}

/** The exception that gave an assignment until it ended. */
export function endedException(
  { principalType, principalId, set, account }: DeployedAssignment,
  {
    access,
    setNames: names,
    ended,
  }: Pick<Found, 'access' | 'ended'> & { readonly setNames: ReadonlyMap<string, string> },
): UserGrant | undefined {
  if (principalType !== 'USER') return undefined;
  const user = access.organization.users.find(({ id }) => id === principalId)?.userName;
  const name = names.get(set);
  const known = access.organization.accountById.get(account);
  if (user === undefined || name === undefined || known === undefined) return undefined;
  const theirs = ended.filter(({ holder, permissionSets }) => holder.name === user && permissionSets.includes(name));
  if (theirs.length === 0) return undefined;
  const finder = new AccountFinder(access.organization);
  return theirs.find(({ accounts }) => finder.includes(accounts, known));
}
