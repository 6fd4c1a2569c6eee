import type { AccessControlAttribute } from '../model/estate';
import { compareText, hasErrors } from '../model/finding';
import { compareAccess } from './access-changes';
import type { ComparedSide } from './compared-side';
import type { BaseFacts, Side } from './facts';
import { Places } from './places';
import { findReplacements } from './replacements';
import type { AccessChange, Changes } from './report-types';
import { compareSets } from './set-changes';
import { compareStacks } from './stack-operations';

/** Compares the estate with its base. Where a side could not be expanded, nothing is compared and a note says why. */
export function compareSides(base: BaseFacts, head: Side, places: Places): Changes {
  const { revision, commit } = base;
  const notes = notesOn(base, head);
  if (!isExpanded(head) || (base.kind === 'estate' && !isExpanded(base.side))) {
    return { ...NO_CHANGES, revision, commit, notes };
  }
  const now: ComparedSide = { estate: head.plan.estate, access: head.plan.access, places };
  const before = baseSide(base, now);
  const { gained, lost } = compareAccess(before, now);
  const stacks = compareStacks(base.kind === 'estate' ? base.side : undefined, head);
  return {
    revision,
    commit,
    notes: stacks === undefined ? [...notes, WITHOUT_TEMPLATES] : notes,
    counts: { gained: countGranted(gained), lost: countGranted(lost) },
    gained,
    lost,
    replacements: [...findReplacements(before, now), ...(stacks?.replacements ?? [])],
    permissionSets: compareSets(before, now),
    attributes: compareAttributes(attributesOf(before), attributesOf(now)),
    operations: stacks?.operations ?? [],
  };
}

const WITHOUT_TEMPLATES =
  'Templates are not compared: one side has errors and was not synthesised. Replacements may be missing.';

const NO_CHANGES = {
  counts: { gained: 0, lost: 0 },
  gained: [],
  lost: [],
  replacements: [],
  permissionSets: [],
  attributes: [],
  operations: [],
} as const;

/** An access section that the organization is missing for can't be compared; no access section can. */
function isExpanded({ plan }: Side): boolean {
  return plan.access !== undefined || (plan.estate.access === undefined && !hasErrors(plan.findings));
}

function notesOn(base: BaseFacts, head: Side): readonly string[] {
  const sides = [
    { side: head, name: 'The estate', hasErrors: hasErrors(head.plan.findings) },
    ...(base.kind === 'estate'
      ? [{ side: base.side, name: `The estate at ${base.revision}`, hasErrors: hasErrors(base.side.plan.findings) }]
      : []),
  ];
  const absent = base.kind === 'absent' ? [`The estate did not exist at ${base.revision}: everything is new.`] : [];
  return [
    ...absent,
    ...sides.flatMap(({ side, name, hasErrors: faulty }) => {
      if (!isExpanded(side)) return [`${name} could not be expanded for its errors, so nothing is compared.`];
      return faulty ? [`${name} has errors: what is faulty is left out, and may show as a change of access.`] : [];
    }),
  ];
}

function baseSide(base: BaseFacts, head: ComparedSide): ComparedSide {
  if (base.kind === 'estate') {
    return { estate: base.side.plan.estate, access: base.side.plan.access, places: new Places(base.side) };
  }
  const setAside = { permissionSets: new Set<string>(), groups: new Set<string>() };
  return { estate: { name: head.estate.name, setAside }, access: undefined, places: head.places };
}

function countGranted(changes: readonly AccessChange[]): number {
  return changes.reduce((sum, { state, accounts }) => sum + (state === 'granted' ? accounts.length : 0), 0);
}

function attributesOf({ estate }: ComparedSide): ReadonlyMap<string, string> {
  const attributes: readonly AccessControlAttribute[] = estate.access?.attributes ?? [];
  return new Map(attributes.map(({ key, source }) => [key, source]));
}

/** Attributes for access control decide what policies compare with, so a changed source can widen access. */
function compareAttributes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText);
  return keys.flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (from === to) return [];
    if (from === undefined) return [`${key} added, from ${to ?? ''}`];
    return to === undefined ? [`${key} removed`] : [`${key} comes from ${to} instead of ${from}`];
  });
}
