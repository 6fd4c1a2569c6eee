import { NOTHING_KNOWN } from '../../constructs/aws/checks/known-answers';
import { cdkStacks, isPolicyKind } from '../estate/plan/stacks/stacks';
import { documentsOf, type PolicyDocuments, WITHOUT_SNAPSHOT } from '../estate/sections/access/sets/policy-documents';
import type { AccessPlan } from '../estate/sections/access/plan/access-plan';
import { permissionSetsByName } from '../estate/sections/access/plan/expand';
import type { Estate } from '../estate/sections/estate';
import { compareFindings, type Finding, formatFinding, hasErrors, type Issue } from '../estate/source/finding';
import { locate } from '../estate/source/source-document';
import type * as Abilities from './access/abilities';
import { compareAccess, countChanges, extentIssues, extentOf, revocationsOf } from './access/access-changes';
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
} from './access/describe-access';
import { compareExceptions, describeExceptions } from './access/exceptions';
import { movedIssues, placementIssues } from './access/replacements';
import { comparePolicies, compareSets, withRenamedSets } from './access/set-changes';
import { abandonedIssues, emergencyAbandoned, findReplacements, hostingAbandoned } from './access/replacements';
import { compareAttributes, compareElsewhere, compareInstance } from './access/setting-changes';
import { compareAzure, laidInAzure } from './azure/azure';
import { CauseTable, type ComparedSide, Places, type ReportCause } from './compared-side';
import { compareEmergency, describeEmergency } from './emergency/emergency';
import { abandonedPrograms, compareEntra, programIssues } from './entra/compare-programs';
import { describePrograms } from './entra/describe-programs';
import type { BaseFacts, PreviewFacts, Side } from './facts';
import { describeHosting } from './hosting/hosting';
import { resourceCount } from './hosting/templates';
import { known, unlessEmpty } from '../text/values';
import { FORMATS } from '../text/formats';
import { type ComparedStacks, compareStacks, largeCreations, largeOperations } from './stack-operations';

export type Report = ReturnType<typeof buildReport>;
/** Differences from the base. */
export type Changes = ReturnType<typeof compareSides>;

/** The part of a report that the plans alone decide: most of it, and all of who gains and who loses access. */
export type Draft = ReturnType<typeof draftReport>;

/** Describes and compares the plans of both sides. No engine need have run. */
export function draftReport({ head, base }: Pick<PreviewFacts, 'head' | 'base'>) {
  const places = new Places(head);
  return { places, access: describePlan(head, places), plans: base && comparePlans(base, head, places) };
}

/** The same with what each permission set allows, which takes longest to find out. */
export function withPermissionSets({ head }: Pick<PreviewFacts, 'head'>, draft: Draft, answers = NOTHING_KNOWN) {
  const { access } = head.plan.estate;
  const documents = readDocuments(head) ?? WITHOUT_SNAPSHOT;
  const context = { places: draft.places, documents, answers };
  const permissionSets = access === undefined ? [] : describeSets(access, head.plan.access?.expansion, context);
  return { ...draft, permissionSets };
}

/** What a person asks first: who gains, who loses, and what is wrong, as far as the facts tell it. */
export type Answer = ReturnType<typeof answerOf>;

/** Needs neither engines nor what each permission set allows. */
export function answerOf(facts: PreviewFacts, { access, plans }: Draft = draftReport(facts)) {
  const { head, base } = facts;
  const changes = base && compareSides(base, head, plans);
  const findings = allFindings(facts, changes);
  const acknowledgements = describeAcknowledgements(head, base);
  const counts = countAll(head, access, findings);
  return known({ estate: head.plan.estate.name, counts, findings, changes, acknowledgements });
}

/**
 * Builds the content of `preview.json`, from which every other format is rendered. Lists have a stable order, and the only date
 * in it is the day of `entra`: the same facts give the same report on the same day.
 */
export function buildReport(facts: PreviewFacts, draft = withPermissionSets(facts, draftReport(facts))) {
  const { head, placement } = facts;
  const { places, access, permissionSets } = draft;
  const { estate } = head.plan;
  const { counts, findings, changes, acknowledgements } = answerOf(facts, draft);
  return {
    ...known({
      /** It grows when the form changes. */
      version: FORMATS.preview,
      estate: estate.name,
      status: statusOf(findings),
      synthesis: head.synthesis === undefined ? 'skipped' : 'synthesized',
      placement,
      counts,
      clouds: describeClouds(estate),
      /** Sorted by place. */
      findings,
      /** Present with `--base`. */
      changes,
      /** Present where the estate has a section that a Pulumi program is for, and no errors. */
      entra: head.programs && describePrograms(head.programs, head.plan),
      hosting: describeHosting(head, places),
      emergency: describeEmergency(head, places),
      /** Resources that Bicep and `sign-in bootstrap` lay, by command. */
      azure: unlessEmpty(laidInAzure(estate)),
    }),
    serviceStacks: describeServiceStacks(head),
    acknowledgements,
    /** Sorted by name. */
    permissionSets,
    ...access,
  };
}

/** Directories and the resource group of Azure that the estate names. */
function describeClouds({ workforce, customers, azure }: Estate) {
  const directory = (product: string, name?: string) => known({ product, name });
  const product = customers?.directoryType === 'b2c' ? 'Azure AD B2C' : 'Entra External ID';
  return known({
    workforce: workforce && directory('Entra ID'),
    /** By the first label of the initial domain. */
    customers: customers && directory(product, customers.directory),
    azure: azure && { resourceGroup: azure.resourceGroup, location: azure.location },
  });
}

/**
 * The stacks that no other part of the report describes: neither of sets and assignments nor of the hosting. Their sections of the
 * estate file say what is in them.
 */
function describeServiceStacks({ plan, synthesis }: Side) {
  return cdkStacks(plan)
    .filter(({ section, kind }) => isPolicyKind(kind) || (section !== 'access' && section !== 'hosting'))
    .map(({ name, kind, account, region }) => {
      const found = synthesis?.templates.find(({ stack }) => stack === name);
      /** Without resources where it was not synthesised. */
      return { name, role: kind, account, region, resources: resourceCount(found) };
    });
}

/** Access section of a report; what needs the organization is empty where the access could not be expanded. */
function describePlan({ plan: { estate, access } }: Side, places: Places) {
  return access === undefined ? NO_EXPANSION : describeExpansion(estate, access, places);
}

const NO_EXPANSION: ReturnType<typeof describeExpansion> = {
  stacks: [],
  groups: [],
  organizationalUnits: [],
  accounts: [],
  leftOut: [],
  assignments: [],
  causes: [],
};

function describeExpansion({ name, access }: Estate, plan: AccessPlan, places: Places) {
  const { organization, expansion } = plan;
  const table = new CauseTable(places);
  return {
    stacks: describeStacks(name, plan),
    /** Sorted by name. */
    groups: describeGroups(expansion, organization),
    ...known({
      exceptions: access && unlessEmpty(describeExceptions(access, plan, places)),
      applications: unlessEmpty(describeApplications(plan, places)),
    }),
    organizationalUnits: organization.ous.map((ou) => ou.path),
    accounts: describeAccounts(organization),
    leftOut: describeLeftOut(expansion, places),
    ...known({ excluded: unlessEmpty(describeExclusions(expansion, places)) }),
    /** Sorted by group, permission set and account id. */
    assignments: expansion.assignments.map((assignment) => describeAssignment(assignment, table)),
    /** Causes of assignments, which refer to this list by position. */
    causes: table.causes as readonly ReportCause[],
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
    // The errors of the estate itself say more.
    ...(plan.isWhole ? notComparedIssues(changes, isStrict) : []),
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

function statusOf(findings: readonly Finding[]) {
  if (hasErrors(findings)) return 'errors';
  return findings.length > 0 ? 'warnings' : 'ok';
}

function countAll(
  { plan: { estate } }: Side,
  { accounts, groups, assignments, leftOut }: ReturnType<typeof describePlan>,
  findings: readonly Finding[],
) {
  const pending = assignments.filter(({ state }) => state === 'pending').length;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    accounts: accounts.length,
    groups: groups.length,
    permissionSets: estate.access === undefined ? 0 : permissionSetsByName(estate.access).size,
    /** Of groups that exist in the Identity Store. */
    assignments: assignments.length - pending,
    /** Assignments that wait for their group to be synchronized. */
    pending,
    /** Accounts that a grant names, but that are not active. */
    leftOut: new Set(leftOut.map(({ id }) => id)).size,
    errors,
    warnings: findings.length - errors,
  };
}

/**
 * Compares the estate with its base. Of an estate that is not whole nothing is compared, since what its errors set aside would read as
 * lost, and neither is what could not be expanded; it says why.
 */
export function compareSides(base: BaseFacts, head: Side, plans = comparePlans(base, head, new Places(head))) {
  const earlier = base.kind === 'estate' ? base.side : undefined;
  const { failures, compared } = plans;
  const stacks = (compared && compareStacks(earlier, head)) ?? NO_STACKS;
  const notes = notesOn(base, head);
  return {
    ...known({
      /** As given to `--base`. */
      revision: base.revision,
      /** Absent where nothing was deployed. */
      commit: base.commit,
      entra: compareEntra(base, head),
      /** Reason why nothing could be compared. Then there are no counts, and the lists are empty without meaning anything. */
      notCompared: failures.length === 0 ? undefined : failures.map(failureOf).join(' '),
      counts: compared?.counts,
    }),
    /** Limits of the comparison, in sentences. */
    notes: compared && [head, earlier].some(lacksTemplates) ? [...notes, WITHOUT_TEMPLATES] : notes,
    ...(compared ? withStacks(compared, stacks) : NO_CHANGES),
  };
}

function lacksTemplates(side: Side | undefined): boolean {
  return side !== undefined && hasErrors(side.plan.findings);
}

/** What differs between the plans; nothing where a side could not be compared. */
function comparePlans(base: BaseFacts, head: Side, places: Places) {
  const failures = sidesOf(base, head).filter(({ side }) => !isExpanded(side) || (side === head && !side.plan.isWhole));
  const earlier = base.kind === 'estate' ? base.side : undefined;
  return { failures, compared: failures.length === 0 ? differences(earlier, head, places) : undefined };
}

function withStacks(
  { emergency, ...compared }: ReturnType<typeof differences>,
  { operations, hosting, replacements }: ComparedStacks,
) {
  const all = [...compared.replacements, ...replacements];
  return { ...compared, replacements: all, operations, hosting, ...known({ emergency }) };
}

/** Lists of sentences and changes that are empty are left out where few estates have any. */
function differences(earlier: Side | undefined, head: Side, places: Places) {
  const documents = readDocuments(head) ?? (earlier && readDocuments(earlier));
  const now: ComparedSide = { estate: head.plan.estate, access: head.plan.access, places, documents };
  const deployed = baseSide(earlier, now);
  const before = withRenamedSets(deployed, now);
  const access = {
    ...compareAccess(before, now),
    ...known({ abilities: loadAbilities().compareAbilities(deployed, now) }),
  };
  return {
    counts: countChanges(access),
    /** Size of the change of access against what passes without a label. */
    extent: extentOf(before, now, access),
    ...access,
    ...known({
      revocations: revocationsOf(deployed, now),
      identityCenter: unlessEmpty(compareInstance(before.estate, now.estate)),
      applications: unlessEmpty(compareApplications(before, now)),
      exceptions: unlessEmpty(compareExceptions(before.estate, now.estate)),
      managedElsewhere: unlessEmpty(compareElsewhere(before.estate, now.estate)),
      policies: unlessEmpty(comparePolicies(before, now)),
      azure: unlessEmpty(compareAzure(earlier?.plan.estate, head.plan.estate)),
    }),
    replacements: [
      ...findReplacements(deployed, now),
      ...hostingAbandoned(before.estate, now.estate),
      ...emergencyAbandoned(earlier?.plan.emergency, head.plan.emergency),
    ],
    ...{ permissionSets: compareSets(before, now), attributes: compareAttributes(before.estate, now.estate) },
    ...known({
      emergency: unlessEmpty(
        compareEmergency(earlier && describeEmergency(earlier, new Places(earlier)), describeEmergency(head, places)),
      ),
    }),
  };
}

/** Loaded where something is compared. */
function loadAbilities(): typeof Abilities {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; a report is synchronous
  return require('./access/abilities') as typeof Abilities;
}

const WITHOUT_TEMPLATES =
  'Templates are not compared: one side has errors and was not synthesised. Replacements may be missing.';

const NO_STACKS: ComparedStacks = { operations: [], replacements: [], hosting: [] };

const NO_CHANGES: Omit<ReturnType<typeof withStacks>, 'counts'> = {
  ...{ extent: [], gained: [], lost: [], replacements: [], permissionSets: [], attributes: [] },
  ...{ operations: [], hosting: [] },
};

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
  if (isExpanded(side)) return `${name} has errors, and what they set aside would read as lost.`;
  const error = side.plan.findings.find(({ severity }) => severity === 'error');
  return `${name} could not be expanded for its errors${error === undefined ? '' : `, the first of which is ${formatFinding(error)}`}.`;
}

function notesOn(base: BaseFacts, head: Side): readonly string[] {
  const absent = base.kind === 'absent' ? [base.note] : [];
  const faulty = sidesOf(base, head).filter(({ side }) => side !== head && isExpanded(side) && !side.plan.isWhole);
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

function readDocuments({ plan }: Side): PolicyDocuments | undefined {
  return plan.awsPolicies === undefined ? undefined : documentsOf(plan);
}

function baseSide(side: Side | undefined, head: ComparedSide): ComparedSide {
  if (side !== undefined) {
    // What was not read yet was no other document.
    const own = readDocuments(side) ?? head.documents;
    const roles = own?.roles ?? head.documents?.roles;
    const documents = own && { ...own, ...known({ roles }) };
    return { estate: side.plan.estate, access: side.plan.access, places: new Places(side), documents };
  }
  const setAside = { permissionSets: new Set<string>(), groups: new Set<string>(), policies: new Set<string>() };
  return { estate: { name: head.estate.name, setAside }, access: undefined, places: head.places };
}
