import { known } from '../../../text/values';
import { documentsOf } from '../../sections/access/sets/policy-documents';
import type { PermissionSet } from '../../sections/estate';
import { compareText, formatPlace, type Place } from '../../source/finding';
import { visibleLines } from '../../source/visible';
import { count, listSome } from '../../../text/amounts';
import type { EstatePlan } from '../planner';
import { heldLines, LISTED } from './action-text';
import { assignmentsOf, type HeldSet, heldSets, notReadIn } from './allowed';
import { type AskedNames, findAccounts, type ExplainedReason, unknownNames } from './explain';
import { setFacts, type FactsOfSet, powerLines, roleText, type SetFacts } from './set-facts';

/** A permission set in accounts: who holds it, the names of its roles, and how much it is. */
export interface SetExplanation {
  readonly permissionSet: string;
  readonly place: Place;
  readonly held: readonly HeldSet[];
  /** Accounts where it is assigned and, where nobody is asked about, those where its role is there still. Sorted by id. */
  readonly accounts: readonly ({ readonly id: string; readonly name: string; readonly isAssigned: boolean } & Pick<
    SetFacts,
    'role'
  >)[];
  /** Ways up, by the accounts where they are the same. */
  readonly powers: readonly ({ readonly accounts: readonly string[] } & Omit<SetFacts, 'role'>)[];
}

/** Permission sets that a question means, wherever it leaves something open. */
export interface HeldExplanation {
  readonly question: AskedNames;
  /** Names that do not exist: there is no answer. */
  readonly faults: readonly ExplainedReason[];
  /** Documents that the ways up leave out. */
  readonly notRead: readonly string[];
  readonly sets: readonly SetExplanation[];
}

/** Explains permission sets by holder, account or name, each of which may be left out. */
export function explainHeld(plan: EstatePlan, question: AskedNames, factsOf = setFacts(plan)): HeldExplanation {
  const faults = unknownNames(plan, question);
  const documents = documentsOf(plan);
  const sets = faults.length > 0 ? [] : (plan.estate.access?.permissionSets ?? []);
  return {
    question,
    faults,
    notRead: notReadIn(documents, documents.roles && 'policies of resources and keys'),
    sets: sets.flatMap((set) => explainSet(set, question, { plan, factsOf })),
  };
}

interface Known {
  readonly plan: EstatePlan;
  readonly factsOf: FactsOfSet;
}

function explainSet(set: PermissionSet, question: AskedNames, { plan, factsOf }: Known): readonly SetExplanation[] {
  const { name, copyOf } = set;
  if (![undefined, name, copyOf].includes(question.permissionSet)) return [];
  const assignments = assignmentsOf(plan, { ...question, permissionSet: name }).filter(
    ({ permissionSet }) => permissionSet === name,
  );
  const assigned = new Set(assignments.map(({ account }) => account));
  const ids = [...new Set([...[...assigned].map(({ id }) => id), ...leftOf(name, question, plan)])].toSorted(
    compareText,
  );
  if (ids.length === 0 && question.permissionSet === undefined) return [];
  const accounts = ids.map((id) => {
    const account = plan.access?.organization.accountById.get(id);
    const { role, ...power } = factsOf(name, id);
    const isAssigned = account !== undefined && assigned.has(account);
    return { account: { id, name: account?.name ?? id, isAssigned, ...known({ role }) }, power };
  });
  const powers = Map.groupBy(
    accounts.filter(({ account }) => account.isAssigned),
    ({ power }) => JSON.stringify(power),
  );
  return [
    {
      permissionSet: name,
      place: plan.placeOf([...set.at, 'name']),
      held: heldSets(assignments, plan),
      accounts: accounts.map(({ account }) => account),
      powers: [...powers.values()].flatMap((same) =>
        same.slice(0, 1).map(({ power }) => ({ accounts: same.map(({ account }) => account.name), ...power })),
      ),
    },
  ];
}

/** Accounts where the set has a role, whoever holds it. */
function leftOf(set: string, { holder, account }: AskedNames, plan: EstatePlan): readonly string[] {
  const organization = plan.access?.organization;
  if (holder !== undefined || organization === undefined) return [];
  const asked = account === undefined ? undefined : findAccounts(organization, account);
  const all = documentsOf(plan).roles?.accountsOfSet(set) ?? [];
  return all.filter((id) => asked?.some((one) => one.id === id) !== false);
}

/** The explanation for people. */
export function heldText({ notRead, sets }: HeldExplanation): string {
  const lines = [
    sets.length === 0 ? 'Nothing is assigned.' : `${count(sets.length, 'permission set')}.`,
    `Not read, and they decide too: ${notRead.join('; ')}.`,
    ...sets.flatMap(setLines),
  ];
  return `${visibleLines(lines.join('\n'))}\n`;
}

function setLines({ permissionSet, place, held, accounts, powers }: SetExplanation): readonly string[] {
  const told = powers.flatMap((power) => powerLines(power).map((line) => ({ line, accounts: power.accounts })));
  return [
    '',
    `${permissionSet}  ${formatPlace(place)}`,
    ...(held.length === 0 ? ['  held by nobody'] : held.flatMap(heldLines)),
    ...[...Map.groupBy(told, ({ line }) => line)].map(
      ([line, same]) =>
        `  ${line}, in ${listSome(
          same.flatMap((one) => one.accounts),
          LISTED,
        )}`,
    ),
    ...accounts.flatMap(({ id, name, isAssigned, role }) =>
      role === undefined
        ? []
        : [`  ${id} ${name}: ${roleText(role)}${isAssigned ? '' : ', not assigned by the estate'}`],
    ),
  ];
}
