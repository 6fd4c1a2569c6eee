import type { Issue } from '../estate/source/finding';
import { formatFinding, hasErrors } from '../estate/source/finding';
import { compareAccess, countChanges } from './access/access-changes';
import { compareApplications } from './access/applications';
import { compareExceptions } from './access/exceptions';
import { extentOf } from './access/extent';
import { comparePolicies } from './access/policy-view';
import { findReplacements } from './access/replacements';
import { revocationsOf } from './access/revocations';
import { compareSets } from './access/set-changes';
import { compareAttributes, compareElsewhere, compareInstance } from './access/setting-changes';
import type { ComparedSide } from './compared-side';
import { compareEmergency } from './emergency/compare-emergency';
import { describeEmergency } from './emergency/describe-emergency';
import { compareEntra } from './entra/compare-entra';
import type { BaseFacts, Side } from './facts';
import { known, unlessEmpty } from './known';
import { Places } from './places';
import type { Changes } from './report-types';
import { emergencyAbandoned, hostingAbandoned } from './stacks/abandoned-stacks';
import { type ComparedStacks, compareStacks } from './stacks/stack-operations';

/** Compares the estate with its base. Where a side could not be expanded, nothing is compared and it says why. */
export function compareSides(base: BaseFacts, head: Side, places: Places): Changes {
  const notes = notesOn(base, head);
  const common = known({ revision: base.revision, commit: base.commit, entra: compareEntra(base, head) });
  const failures = sidesOf(base, head).filter(({ side }) => !isExpanded(side));
  if (failures.length > 0) {
    return { ...NO_CHANGES, ...common, notes, notCompared: failures.map(failureOf).join(' ') };
  }
  const earlier = base.kind === 'estate' ? base.side : undefined;
  const now: ComparedSide = { estate: head.plan.estate, access: head.plan.access, places };
  const before = baseSide(earlier, now);
  const access = compareAccess(before, now);
  const stacks = compareStacks(earlier, head);
  const { operations, replacements, hosting } = stacks ?? NO_STACKS;
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
      ...emergencyAbandoned(earlier?.plan.emergency, head.plan.emergency),
      ...replacements,
    ],
    permissionSets: compareSets(before, now),
    attributes: compareAttributes(before.estate, now.estate),
    operations,
    hosting,
    ...known({
      emergency: unlessEmpty(
        compareEmergency(earlier && describeEmergency(earlier, new Places(earlier)), describeEmergency(head, places)),
      ),
    }),
  };
}

/** Changes beside who has access: how it is taken away, the instance, what others manage, and which policies come and go. */
function aroundAccess(before: ComparedSide, now: ComparedSide) {
  return known({
    revocations: revocationsOf(before, now),
    identityCenter: unlessEmpty(compareInstance(before.estate, now.estate)),
    applications: unlessEmpty(compareApplications(before, now)),
    exceptions: unlessEmpty(compareExceptions(before.estate, now.estate)),
    managedElsewhere: unlessEmpty(compareElsewhere(before.estate, now.estate)),
    policies: unlessEmpty(comparePolicies(before, now)),
  });
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
  const { revision, notCompared, entra } = changes ?? {};
  const problems = [
    ...(notCompared === undefined ? [] : [`is not compared with ${revision}. ${notCompared}`]),
    ...(entra?.notCompared === undefined
      ? []
      : [`is not compared with ${revision} in what its programs register. ${entra.notCompared}`]),
  ];
  return problems.map((problem) => ({
    severity: isStrict ? 'error' : 'warning',
    code: 'not-compared',
    at: [],
    problem,
  }));
}

function baseSide(side: Side | undefined, head: ComparedSide): ComparedSide {
  if (side !== undefined) {
    return { estate: side.plan.estate, access: side.plan.access, places: new Places(side) };
  }
  const setAside = { permissionSets: new Set<string>(), groups: new Set<string>(), policies: new Set<string>() };
  return { estate: { name: head.estate.name, setAside }, access: undefined, places: head.places };
}
