import type { AccessControlAttribute } from '../estate/sections/estate';
import type { Issue } from '../estate/source/finding';
import { compareText, formatFinding, hasErrors } from '../estate/source/finding';
import { compareAccess, countChanges } from './access/access-changes';
import { extentOf } from './access/extent';
import type { ComparedSide } from './compared-side';
import { compareEntra } from './entra/compare-entra';
import { compareEmergency } from './emergency/compare-emergency';
import { describeEmergency } from './emergency/describe-emergency';
import type { BaseFacts, Side } from './facts';
import type { EmergencyReport } from './emergency/report-types';
import { Places } from './places';
import { compareApplications } from './access/application-changes';
import { compareExceptions } from './access/exception-changes';
import { compareElsewhere } from './access/elsewhere-changes';
import { compareInstance } from './access/instance-changes';
import { revocationsOf } from './access/revocations';
import { comparePolicies } from './access/policy-view';
import { findReplacements } from './access/replacements';
import type { Changes } from './report-types';
import { compareSets } from './access/set-changes';
import { emergencyAbandoned, hostingAbandoned } from './stacks/abandoned-stacks';
import type { ComparedStacks } from './stacks/stack-operations';
import { compareStacks } from './stacks/stack-operations';

/** Compares the estate with its base. Where a side could not be expanded, nothing is compared and it says why. */
export function compareSides(base: BaseFacts, head: Side, places: Places): Changes {
  const { revision, commit } = base;
  const notes = notesOn(base, head);
  const entra = compareEntra(base, head);
  const common = { revision, ...(commit !== undefined && { commit }), ...(entra && { entra }) };
  const failures = sidesOf(base, head).filter(({ side }) => !isExpanded(side));
  if (failures.length > 0) {
    return { ...NO_CHANGES, ...common, notes, notCompared: failures.map(failureOf).join(' ') };
  }
  const now: ComparedSide = { estate: head.plan.estate, access: head.plan.access, places };
  const before = baseSide(base, now);
  const access = compareAccess(before, now);
  const stacks = compareStacks(base.kind === 'estate' ? base.side : undefined, head);
  const { operations, replacements, hosting } = stacks ?? NO_STACKS;
  const emergency = compareEmergency(emergencyOf(base), describeEmergency(head, places));
  return {
    ...common,
    notes: stacks === undefined ? [...notes, WITHOUT_TEMPLATES] : notes,
    // What is faulty is left out: an unknown group would count as access that is lost.
    ...(!hasErrors(head.plan.findings) && { counts: countChanges(access) }),
    extent: extentOf(before, now, access),
    ...access,
    ...aroundAccess(before, now),
    replacements: [
      ...findReplacements(before, now),
      ...hostingAbandoned(before.estate, now.estate),
      ...emergencyAbandoned(base.kind === 'absent' ? undefined : base.side.plan.emergency, head.plan.emergency),
      ...replacements,
    ],
    permissionSets: compareSets(before, now),
    attributes: compareAttributes(attributesOf(before), attributesOf(now)),
    operations,
    hosting,
    ...(emergency.length > 0 && { emergency }),
  };
}

/** Changes beside who has access: how it is taken away, the instance, what others manage, and which policies come and go. */
function aroundAccess(
  before: ComparedSide,
  now: ComparedSide,
): Pick<Changes, 'revocations' | 'identityCenter' | 'applications' | 'exceptions' | 'managedElsewhere' | 'policies'> {
  const revocations = revocationsOf(before, now);
  const identityCenter = compareInstance(before.estate, now.estate);
  const managedElsewhere = compareElsewhere(before.estate, now.estate);
  const applications = compareApplications(before, now);
  const exceptions = compareExceptions(before.estate, now.estate);
  const policies = comparePolicies(before, now);
  return {
    ...(revocations && { revocations }),
    ...(identityCenter.length > 0 && { identityCenter }),
    ...(applications.length > 0 && { applications }),
    ...(exceptions.length > 0 && { exceptions }),
    ...(managedElsewhere.length > 0 && { managedElsewhere }),
    ...(policies.length > 0 && { policies }),
  };
}

function emergencyOf(base: BaseFacts): EmergencyReport | undefined {
  return base.kind === 'absent' ? undefined : describeEmergency(base.side, new Places(base.side));
}

const WITHOUT_TEMPLATES =
  'Templates are not compared: one side has errors and was not synthesised. Replacements may be missing.';

const NO_STACKS: ComparedStacks = { operations: [], replacements: [], hosting: [] };

const NO_CHANGES = { ...NO_STACKS, extent: [], gained: [], lost: [], permissionSets: [], attributes: [] } as const;

/** An access section that the organization is missing for can't be compared; no access section can. */
function isExpanded({ plan }: Side): boolean {
  return plan.access !== undefined || (plan.estate.access === undefined && !hasErrors(plan.findings));
}

interface NamedSide {
  readonly side: Side;
  readonly name: string;
}

function sidesOf(base: BaseFacts, head: Side): readonly NamedSide[] {
  const named = { side: head, name: 'The estate' };
  return base.kind === 'absent' ? [named] : [named, { side: base.side, name: `The estate at ${base.revision}` }];
}

function failureOf({ side, name }: NamedSide): string {
  const error = side.plan.findings.find(({ severity }) => severity === 'error');
  return `${name} could not be expanded for its errors${error === undefined ? '' : `, the first of which is ${formatFinding(error)}`}.`;
}

function notesOn(base: BaseFacts, head: Side): readonly string[] {
  const absent = base.kind === 'absent' ? [base.note] : [];
  const faulty = sidesOf(base, head).filter(({ side }) => isExpanded(side) && hasErrors(side.plan.findings));
  return [
    ...absent,
    ...faulty.map(({ name }) => `${name} has errors: what is faulty is left out, and may show as a change of access.`),
  ];
}

/** Reports that changes are unknown where nothing was compared: an error where no person reads the summary. */
export function notComparedIssues(changes: Changes | undefined, isStrict: boolean): readonly Issue[] {
  if (changes === undefined) return [];
  const { revision, notCompared, entra } = changes;
  const issue = (problem: string): Issue => ({
    severity: isStrict ? 'error' : 'warning',
    code: 'not-compared',
    at: [],
    problem,
  });
  return [
    ...(notCompared === undefined ? [] : [issue(`is not compared with ${revision}. ${notCompared}`)]),
    ...(entra?.notCompared === undefined
      ? []
      : [issue(`is not compared with ${revision} in what its programs register. ${entra.notCompared}`)]),
  ];
}

function baseSide(base: BaseFacts, head: ComparedSide): ComparedSide {
  if (base.kind === 'estate') {
    return { estate: base.side.plan.estate, access: base.side.plan.access, places: new Places(base.side) };
  }
  const setAside = { permissionSets: new Set<string>(), groups: new Set<string>(), policies: new Set<string>() };
  return { estate: { name: head.estate.name, setAside }, access: undefined, places: head.places };
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
