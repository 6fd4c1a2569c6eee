import { locateViolation } from '../sections/access/acknowledgement-lines';
import { checkPolicyRules } from '../sections/access/checks/policy-rules';
import { grantedUsers, withoutEnded } from '../sections/access/ended-grants';
import { PlacementReader, type PlacementState } from '../sections/access/placement/placement-reader';
import { divideAccess, type ExpandedAccess } from '../sections/access/plan/access-stacks';
import { expandApplications } from '../sections/access/plan/applications';
import { expandAccess } from '../sections/access/plan/expand';
import { withRenamedGroups } from '../sections/access/plan/renamed-groups';
import { rolloutsOf } from '../sections/access/plan/rollouts';
import { PolicyFileReader } from '../sections/access/policy-files';
import { customersSteps } from '../sections/customers/manual-steps';
import { idleRecords, parseStepRecords, type RecordedStep, withRecords } from '../sections/customers/step-records';
import { type EmergencyPlan, planEmergency } from '../sections/emergency/emergency-plan';
import type { Access, Application, Estate, ManagedElsewhere, ParsedEstate } from '../sections/estate';
import { parseEstate } from '../sections/parse-estate';
import { SECTIONS } from '../sections/registry';
import type { EstateFacts, Section } from '../sections/section';
import { checkEstateName } from '../sections/estate-name';
import { planWatch, type Watch } from '../sections/workforce/watch';
import {
  ESTATE_FILE,
  type EstateFolder,
  type FileText,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  STEPS_FILE,
} from '../source/estate-folder';
import {
  compareFindings,
  type FileRole,
  type Finding,
  type Issue,
  type Path,
  type Place,
  type Violation,
} from '../source/finding';
import type { FindingCode } from '../source/finding-codes';
import { parseJson } from '../source/json-source';
import { type Organization, parseOrganization } from '../source/organization';
import { locate, type SourceDocument } from '../source/source-document';
import { checkVersion } from '../source/versions';
import { parseYaml } from '../source/yaml-source';
import { deployedAccounts } from './stacks/stacks';

/** The access section, expanded; absent where the estate has none or the organization is unknown. */
export interface AccessPlan extends ExpandedAccess {
  readonly placement: PlacementState;
  /** Access that others manage: it does not count as drift. */
  readonly managedElsewhere: ManagedElsewhere;
  /** User names of those to whom the estate makes grants, sorted. */
  readonly users: readonly string[];
  /** Applications of the estate, those without a group too. */
  readonly declaredApplications: readonly Application[];
}

/** An estate as far as it could be understood, with everything that was found. */
export interface EstatePlan {
  /** The estate that is planned. */
  readonly estate: Estate;
  /** Permission sets, grants and where each assignment lives; absent without the section. */
  readonly access?: AccessPlan;
  /** Monitoring of the workforce; absent without alarm addresses, or where the organization is unknown. */
  readonly watch?: Watch;
  /** Absent where there is no emergency access, or its account is not known. */
  readonly emergency?: EmergencyPlan;
  /** Steps that only a person can do, with the records of those that are done. */
  readonly steps: readonly RecordedStep[];
  /** Faults: an error prevents synthesis. Sorted by place. */
  readonly findings: readonly Finding[];
  /** Broken rules that are not acknowledged (`POLICY_RULES`): an error prevents a deployment of access. Sorted by place. */
  readonly ruleViolations: readonly Finding[];
  /** Finds the place of a path in the estate file. */
  placeOf(at: Path): Place;
}

/** Reads, checks and expands an estate. All findings come at once; nothing throws for what the files hold. */
export function planEstate(folder: EstateFolder): EstatePlan {
  return new Planner(folder).plan();
}

/** Everything that keeps an estate from being deployed, or that a person should see before: sorted by place. */
export function allFindings({ findings, ruleViolations }: EstatePlan): readonly Finding[] {
  return [...findings, ...ruleViolations].toSorted(compareFindings);
}

type AwsPlan = Pick<EstatePlan, 'access' | 'watch' | 'emergency'>;

const NOTHING_PLANNED = { access: undefined, watch: undefined, emergency: undefined };

class Planner {
  private readonly findings: Finding[] = [];
  private readonly documents = new Map<FileRole, SourceDocument>();

  constructor(private readonly folder: EstateFolder) {}

  plan(): EstatePlan {
    const source = this.open('estate', this.folder.read(ESTATE_FILE), parseYaml);
    const value = this.ofThisVersion(source?.value);
    const policies = new PolicyFileReader(this.folder);
    const parsed = this.asOfToday(parseEstate(this.folder.name, value, (written) => policies.read(written)));
    if (value !== undefined) this.report([...checkEstateName(parsed.estate), ...parsed.issues]);
    this.report(policies.issues);
    this.findings.push(...policies.findings);
    const { estate } = parsed;
    const read = needsOrganization(estate) ? this.readOrganization(placesNothing(estate)) : undefined;
    const organization = read && withRenamedGroups(read, estate.workforce);
    const metadata = estate.emergency && this.folder.read(estate.emergency.metadataFile);
    const aws = organization === undefined ? {} : this.planAws(estate, organization, metadata);
    this.check({ ...parsed, ...NOTHING_PLANNED, ...aws, organization, metadata, accounts: accountsOf(estate, aws) });
    const broken = this.violations(parsed, aws.access, policies);
    const steps = this.readSteps(estate);
    const violations = source === undefined ? [] : broken.map((one) => locateViolation(one, source));
    return {
      estate,
      ...aws,
      steps,
      findings: this.findings.toSorted(compareFindings),
      ruleViolations: violations.toSorted(compareFindings),
      placeOf: (at) => source?.placeOf(at) ?? { file: this.fileName(ESTATE_FILE), line: 1, column: 1 },
    };
  }

  /** The file's value; undefined, with a finding, where it is of another version of the form. */
  private ofThisVersion(value: unknown): unknown {
    const issue = value === undefined ? undefined : checkVersion(value);
    if (issue === undefined) return value;
    this.report([issue]);
    return undefined;
  }

  private asOfToday(parsed: ParsedEstate): ParsedEstate {
    const { access } = parsed.estate;
    if (access === undefined) return parsed;
    return { ...parsed, estate: { ...parsed.estate, access: withoutEnded(access, this.folder.latestDay) } };
  }

  private violations(
    { estate, isSetAside }: ParsedEstate,
    expanded: AccessPlan | undefined,
    policies: PolicyFileReader,
  ): readonly Violation[] {
    if (estate.access === undefined) return [];
    const isFaultyGrant = ({ severity, path }: Finding): boolean =>
      severity === 'error' && path.startsWith('access.grants[');
    return checkPolicyRules(estate.access, {
      expanded,
      hasUnreadPolicy: ({ at }) => policies.isUnread(at),
      isSetAside: ({ name }) => estate.setAside.policies.has(name),
      lacksGrants: isSetAside(['access', 'grants']) || this.findings.some(isFaultyGrant),
    });
  }

  private check(facts: Omit<EstateFacts, 'latestDay'>): void {
    const sections: readonly Section[] = Object.values(SECTIONS);
    const all = { ...facts, latestDay: this.folder.latestDay };
    this.report(sections.flatMap((section) => section.check(all)));
  }

  /** Plans what is deployed to accounts of the organization. */
  private planAws(estate: Estate, organization: Organization, metadata: FileText | undefined): AwsPlan {
    const access = estate.access && this.planAccess(estate, estate.access, organization);
    const watch = planWatch(estate, organization);
    const emergency = planEmergency(estate, organization, metadata?.kind === 'text' ? metadata.text : undefined);
    return { ...(access && { access }), ...(watch && { watch }), ...(emergency && { emergency }) };
  }

  private planAccess(estate: Estate, access: Access, organization: Organization): AccessPlan {
    const file = new PlacementReader(this.folder, (read) => this.open('placement', read, parseJson)?.value);
    const expansion = expandAccess(estate, access, organization);
    const lockOf: PlacementReader['lockOf'] = (role, keys) => file.lockOf(role, keys);
    const ended = { ...access, grants: access.endedGrants ?? [] };
    const applications = expandApplications(estate, access, organization);
    const { assignments: kept } = expandAccess(estate, ended, organization);
    const { stacks, placement } = divideAccess(access, expansion, { organization, lockOf, kept, applications });
    const rollouts = rolloutsOf(access, organization);
    const { managedElsewhere } = access;
    this.report(file.issues());
    const [users, declaredApplications] = [grantedUsers(access), access.applications];
    return {
      organization,
      expansion,
      applications,
      stacks,
      rollouts,
      managedElsewhere,
      users,
      declaredApplications,
      placement: file.stateOf(placement),
    };
  }

  private readSteps({ customers }: Estate): readonly RecordedStep[] {
    const steps = customers === undefined ? [] : customersSteps(customers);
    const read = this.folder.read(STEPS_FILE);
    if (read.kind === 'missing') return steps;
    const value = this.open('steps', read, parseJson)?.value;
    if (value === undefined) return steps;
    const { records, issues } = parseStepRecords(value, this.folder.latestDay);
    this.report([...issues, ...idleRecords(steps, records)]);
    return withRecords(steps, records);
  }

  /** @param isWaiting whether an organization that was not read yet is missed by nothing so far */
  private readOrganization(isWaiting: boolean): Organization | undefined {
    const source = this.open('organization', this.folder.read(ORGANIZATION_FILE), parseJson);
    if (source?.value === undefined) return undefined;
    const { organization, issues } = parseOrganization(source.value, this.folder.earlierOrganization);
    const mild = (issue: Issue): boolean => isWaiting && issue.code === 'organization-not-read';
    this.report(issues.map((issue) => (mild(issue) ? { ...issue, severity: 'warning' } : issue)));
    return organization;
  }

  private open<Source extends SourceDocument>(
    role: FileRole,
    read: FileText,
    parse: (file: string, text: string) => Source,
  ): Source | undefined {
    const { code, path, howToMake } = FILES[role];
    if (read.kind === 'text') {
      const source = parse(this.fileName(path), read.text);
      this.documents.set(role, source);
      this.findings.push(...source.syntaxErrors);
      return source;
    }
    const missing = { problem: 'there is no such file', allowed: howToMake };
    const { problem, allowed } = read.kind === 'missing' ? missing : read;
    this.report([{ severity: 'error', code, file: role, at: [], problem, allowed }]);
    return undefined;
  }

  private report(issues: readonly Issue[]): void {
    this.findings.push(...this.located(issues));
  }

  private located(issues: readonly Issue[]): readonly Finding[] {
    return issues.map((issue) => {
      const role = issue.file ?? 'estate';
      const source = this.documents.get(role);
      return locate(
        issue,
        source ?? { placeOf: () => ({ file: this.fileName(FILES[role].path), line: 1, column: 1 }) },
      );
    });
  }

  private fileName(path: string): string {
    return `${this.folder.label}/${path}`;
  }
}

/** The accounts that are deployed to; undefined where the organization, which leads to some of them, is unknown. */
function accountsOf(estate: Estate, aws: AwsPlan): readonly string[] | undefined {
  const { access, workforce } = estate;
  const isUnknown =
    (access !== undefined && aws.access === undefined) || (workforce?.alarms !== undefined && aws.watch === undefined);
  return isUnknown ? undefined : deployedAccounts({ estate, ...aws }).map(({ account }) => account);
}

/** Tells whether an estate has a section that goes to accounts of the organization. */
function needsOrganization({ access, hosting, workforce, emergency }: Estate): boolean {
  return [access, hosting, workforce?.alarms, emergency].some((section) => section !== undefined);
}

/** Tells whether an estate has an access section with nothing in it yet, and nothing else that goes to an account. */
function placesNothing({ access, hosting, workforce, emergency }: Estate): boolean {
  const isElsewhere = [hosting, workforce?.alarms, emergency].some((section) => section !== undefined);
  return !isElsewhere && access?.grants.length === 0 && access.permissionSets.length === 0;
}

interface FileFacts {
  readonly path: string;
  /** Code of the finding if the file can't be read. */
  readonly code: FindingCode;
  readonly howToMake: string;
}

/** The files of an estate, by what they are for. */
const FILES: Readonly<Record<FileRole, FileFacts>> = {
  estate: {
    path: ESTATE_FILE,
    code: 'estate-file',
    howToMake: 'an estate file; docs/access-guide.md shows how to begin one',
  },
  organization: {
    path: ORGANIZATION_FILE,
    code: 'organization-file',
    howToMake: 'npx --no entra-aws snapshot writes it',
  },
  placement: { path: PLACEMENT_FILE, code: 'placement-file', howToMake: 'npx --no entra-aws preview writes it' },
  steps: { path: STEPS_FILE, code: 'steps-file', howToMake: '`npx --no entra-aws steps done` writes it' },
};
