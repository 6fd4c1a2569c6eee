import type { AccessPlan } from '../estate/sections/access/plan/access-plan';
import { cdkStacks, isPolicyKind } from '../estate/plan/stacks/stacks';
import type { Estate } from '../estate/sections/estate';
import type { Finding, Issue } from '../estate/source/finding';
import { compareFindings, hasErrors } from '../estate/source/finding';
import { locate } from '../estate/source/source-document';
import { abandonedIssues } from './stacks/abandoned-stacks';
import { compareSides, notComparedIssues } from './compare-sides';
import {
  describeAccounts,
  describeAcknowledgements,
  describeAssignment,
  describeGroups,
  describeExclusions,
  describeLeftOut,
  describeSets,
  describeStacks,
  type ReportAcknowledgement,
} from './access/describe-access';
import { resourceCount } from './hosting/templates';
import { describeEmergency } from './emergency/describe-emergency';
import { describePrograms } from './entra/describe-programs';
import { abandonedPrograms, programIssues } from './entra/compare-entra';
import type { ReportClouds } from './entra/report-types';
import { describeHosting } from './hosting/describe-hosting';
import type { PreviewFacts, Side } from './facts';
import { known, unlessEmpty } from './known';
import { CauseTable, Places } from './places';
import type { Changes, Counts, Report, ReportAccess, ReportExpansion, ReportServiceStack } from './report-types';
import { REPORT_VERSION } from './report-types';
import { describeApplications } from './access/applications';
import { describeExceptions } from './access/exceptions';
import { extentIssues } from './access/extent';
import { movedIssues, placementIssues } from './access/placement-findings';
import { largeCreations, largeOperations } from './stacks/stack-operations';

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
