import { cdkStacks, isPolicyKind } from '../estate/plan/stacks/stacks';
import type { AccessPlan } from '../estate/sections/access/plan/access-plan';
import type { Estate } from '../estate/sections/estate';
import { compareFindings, type Finding, formatFinding, hasErrors, type Issue } from '../estate/source/finding';
import { locate } from '../estate/source/source-document';
import { compareAccess, countChanges } from './access/access-changes';
import { compareApplications, describeApplications } from './access/applications';
import {
  describeAccounts,
  describeAcknowledgements,
  describeAssignment,
  describeExclusions,
  describeGroups,
  describeLeftOut,
  describeSets,
  describeStacks,
  type ReportAcknowledgement,
} from './access/describe-access';
import { compareExceptions, describeExceptions } from './access/exceptions';
import { extentIssues, extentOf } from './access/extent';
import { movedIssues, placementIssues } from './access/placement-findings';
import { comparePolicies } from './access/policy-view';
import { findReplacements } from './access/replacements';
import { revocationsOf } from './access/revocations';
import { compareSets } from './access/set-changes';
import { compareAttributes, compareElsewhere, compareInstance } from './access/setting-changes';
import type { ComparedSide } from './compared-side';
import { compareEmergency } from './emergency/compare-emergency';
import { describeEmergency } from './emergency/describe-emergency';
import { abandonedPrograms, compareEntra, programIssues } from './entra/compare-entra';
import { describePrograms } from './entra/describe-programs';
import type { ReportClouds } from './entra/report-types';
import type { BaseFacts, PreviewFacts, Side } from './facts';
import { describeHosting } from './hosting/describe-hosting';
import { resourceCount } from './hosting/templates';
import { known, unlessEmpty } from './known';
import { CauseTable, Places } from './places';
import {
  type Changes,
  type Counts,
  type Report,
  REPORT_VERSION,
  type ReportAccess,
  type ReportExpansion,
  type ReportServiceStack,
} from './report-types';
import { abandonedIssues, emergencyAbandoned, hostingAbandoned } from './stacks/abandoned-stacks';
import { type ComparedStacks, compareStacks, largeCreations, largeOperations } from './stacks/stack-operations';

/** Builds the report that every format is rendered from. Pure: the same facts give the same report. */
export function buildReport(facts: PreviewFacts): Report {
  const { head, base, placement } = facts;
  const places = new Places(head);
  const changes = base && compareSides(base, head, places);
  const findings = allFindings(facts, changes);
  const access = describePlan(head, places);
  const hosting = describeHosting(head, places);
  const emergency = describeEmergency(head, places);
  return {
    version: REPORT_VERSION,
    estate: head.plan.estate.name,
    status: statusOf(findings),
    synthesis: head.synthesis === undefined ? 'skipped' : 'synthesized',
    ...(placement && { placement }),
    counts: countAll(access, findings),
    clouds: describeClouds(head.plan.estate),
    findings,
    ...(changes && { changes }),
    ...(head.programs && { entra: describePrograms(head.programs, head.plan) }),
    ...(hosting && { hosting }),
    ...(emergency && { emergency }),
    serviceStacks: describeServiceStacks(head),
    ...access,
    acknowledgements: markNew(access.acknowledgements, base),
  };
}

function describeClouds({ workforce, customers, azure }: Estate): ReportClouds {
  return {
    ...(workforce && { workforce: { product: 'Entra ID' } }),
    ...(customers && {
      customers: {
        product: customers.directoryType === 'b2c' ? 'Azure AD B2C' : 'Entra External ID',
        name: customers.directory,
      },
    }),
    ...(azure && { azure: { resourceGroup: azure.resourceGroup, location: azure.location } }),
  };
}

/** The stacks that are neither of sets and assignments nor of the hosting, which have parts of their own. */
function describeServiceStacks({ plan, synthesis }: Side): readonly ReportServiceStack[] {
  return cdkStacks(plan)
    .filter(({ section, kind }) => isPolicyKind(kind) || (section !== 'access' && section !== 'hosting'))
    .map(({ name, kind, account, region }) => {
      const found = synthesis?.templates.find(({ stack }) => stack === name);
      return { name, role: kind, account, region, resources: resourceCount(found) };
    });
}

function describePlan({ plan: { estate, access: plan } }: Side, places: Places): ReportAccess {
  const { access } = estate;
  return {
    acknowledgements: access === undefined ? [] : describeAcknowledgements(access, places),
    permissionSets: access === undefined ? [] : describeSets(access, plan?.expansion, places),
    ...(plan === undefined ? NO_EXPANSION : describeExpansion(estate, plan, places)),
  };
}

const NO_EXPANSION: ReportExpansion = {
  stacks: [],
  groups: [],
  organizationalUnits: [],
  accounts: [],
  leftOut: [],
  assignments: [],
  causes: [],
};

function describeExpansion({ name, access }: Estate, plan: AccessPlan, places: Places): ReportExpansion {
  const { organization, expansion } = plan;
  const table = new CauseTable(places);
  return {
    stacks: describeStacks(name, plan),
    groups: describeGroups(expansion, organization),
    ...known({
      exceptions: access && unlessEmpty(describeExceptions(access, plan, places)),
      applications: unlessEmpty(describeApplications(plan, places)),
    }),
    organizationalUnits: organization.ous.map((ou) => ou.path),
    accounts: describeAccounts(organization),
    leftOut: describeLeftOut(expansion, places),
    ...known({ excluded: unlessEmpty(describeExclusions(expansion, places)) }),
    assignments: expansion.assignments.map((assignment) => describeAssignment(assignment, table)),
    causes: table.causes,
  };
}

function allFindings(
  { head, base, placement, isStrict, surroundings = [] }: PreviewFacts,
  changes: Changes | undefined,
): readonly Finding[] {
  const { plan, synthesis } = head;
  const replacements = changes?.replacements ?? [];
  const issues: readonly Issue[] = [
    ...(synthesis?.issues ?? []),
    ...programIssues(head.programs),
    ...abandonedPrograms(changes?.entra),
    ...notComparedIssues(changes, isStrict),
    ...sizeIssues(head, base, changes),
    ...extentIssues(changes?.extent ?? [], plan.estate),
    ...abandonedIssues(replacements, plan.estate.access !== undefined),
  ];
  return [
    ...plan.findings,
    ...surroundings,
    ...plan.ruleViolations,
    ...issues.map((issue) => locate(issue, plan)),
    ...placementIssues(placement),
    ...movedIssues(placement, base, replacements),
  ].toSorted(compareFindings);
}

/** Of what one deployment changes, or of what a first one would create where nothing is compared. */
function sizeIssues(head: Side, base: PreviewFacts['base'], changes: Changes | undefined): readonly Issue[] {
  if (base !== undefined) return largeOperations(changes?.operations ?? []);
  return largeCreations(head);
}

function statusOf(findings: readonly Finding[]): Report['status'] {
  if (hasErrors(findings)) return 'errors';
  return findings.length > 0 ? 'warnings' : 'ok';
}

function countAll(access: ReportAccess, findings: readonly Finding[]): Counts {
  const pending = access.assignments.filter(({ state }) => state === 'pending').length;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    accounts: access.accounts.length,
    groups: access.groups.length,
    permissionSets: access.permissionSets.length,
    assignments: access.assignments.length - pending,
    pending,
    leftOut: new Set(access.leftOut.map(({ id }) => id)).size,
    errors,
    warnings: findings.length - errors,
  };
}

/** An acknowledgement is new if the base has none with this rule and reason for this subject. */
function markNew(
  acknowledgements: readonly ReportAcknowledgement[],
  base: PreviewFacts['base'],
): readonly ReportAcknowledgement[] {
  if (base === undefined) return acknowledgements;
  const earlier = base.kind === 'absent' ? [] : describePlan(base.side, new Places(base.side)).acknowledgements;
  const known = new Set(earlier.map(keyOf));
  return acknowledgements.map((one) => ({ ...one, isNew: !known.has(keyOf(one)) }));
}

function keyOf({ rule, reason, subject }: ReportAcknowledgement): string {
  return JSON.stringify([rule, reason, subject]);
}

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
function notComparedIssues(changes: Changes | undefined, isStrict: boolean): readonly Issue[] {
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
