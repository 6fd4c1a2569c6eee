import { withoutEnded, withRenamedGroups } from '../sections/access/plan/expand';
import { type AccessPlan, planAccess } from '../sections/access/plan/access-plan';
import { withManagementCopies } from '../sections/access/plan/management-copies';
import { PolicyFileReader } from '../sections/access/policy-files';
import type { RecordedStep } from '../sections/shared/step-records';
import type { EmergencyPlan } from '../sections/emergency/emergency-plan';
import type { Estate, ParsedEstate } from '../sections/estate';
import type { EstateForm } from '../sections/estate-schema';
import { parseEstate } from '../sections/parse-estate';
import type { EstateFacts } from '../sections/section';
import type { Watch } from '../sections/workforce/watch';
import {
  type AwsRoles,
  parseAwsPolicies,
  parseAwsRoles,
  type ParsedFile,
  type ReadPolicies,
} from '../source/aws-snapshots';
import {
  ESTATE_FILE,
  type EstateFolder,
  type FileText,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  POLICIES_FILE,
  ROLES_FILE,
  STEPS_FILE,
} from '../source/estate-folder';
import {
  compareFindings,
  type FileRole,
  type Finding,
  hasErrors,
  type Issue,
  type Path,
  type Place,
} from '../source/finding';
import type { FindingCode } from '../source/finding-codes';
import { parseJson } from '../source/json-source';
import { type Organization, parseOrganization } from '../source/organization';
import { locate, type SourceDocument } from '../source/source-document';
import { checkVersion } from '../source/versions';
import { parseYaml, type YamlDocument } from '../source/yaml-source';
import { kept } from '../../permissions/glob';

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
  /** False where faulty parts were set aside, or a name in a grant leads nowhere: the access that they give is missing then. */
  readonly isWhole: boolean;
  /** Faults: an error prevents synthesis. Sorted by place. */
  readonly findings: readonly Finding[];
  /** Broken rules that are not acknowledged (`POLICY_RULES`): an error prevents a deployment of access. Sorted by place. */
  readonly ruleViolations: readonly Finding[];
  /** Documents in AWS that decide what access lets people do, for `documentsOf`; undefined where none were read. */
  readonly awsPolicies: ReadPolicies | undefined;
  /** Roles of the accounts, for `documentsOf`; undefined where the estate does not ask for them, or none were read. */
  readonly awsRoles: AwsRoles | undefined;
  /** Finds the place of a path in the estate file. */
  placeOf(at: Path): Place;
}

/** Plans of what goes to accounts of the organization. */
export type AwsPlan = Pick<EstatePlan, 'access' | 'watch' | 'emergency'>;

/** Facts that the rules about policies are about. */
export interface RuleFacts extends ParsedEstate {
  readonly expanded: AccessPlan | undefined;
  readonly policies: PolicyFileReader;
  readonly awsPolicies: ReadPolicies | undefined;
  /** True where a grant is faulty. */
  readonly lacksGrants: boolean;
  readonly source: YamlDocument;
}

/** Part of an estate that a command needs: the sections that are read, what is planned of them, and what is checked. */
export interface Planning {
  readonly form: EstateForm;
  /** Checks the name of an estate, which was read. */
  readonly checkName: (estate: Estate) => readonly Issue[];
  /** Plans what is deployed besides access. */
  readonly planOthers: (
    estate: Estate,
    organization: Organization,
    metadata: FileText | undefined,
  ) => Pick<EstatePlan, 'watch' | 'emergency'>;
  readonly check: (facts: Omit<EstateFacts, 'accounts'>, aws: AwsPlan) => readonly Issue[];
  /** Finds broken rules about policies. */
  readonly violations: (facts: RuleFacts) => readonly Finding[];
  /** @param open opens the file of records */
  readonly readSteps: (estate: Estate, file: StepsFile) => readonly RecordedStep[];
}

/** The file of records of what people have done. */
export interface StepsFile {
  /** Value of the file; undefined where there is none that can be read. */
  readonly open: () => unknown;
  readonly report: (issues: readonly Issue[]) => void;
  /** Days after it are in the future. */
  readonly latestDay: string;
}

/** Reads and plans a part of an estate. All findings come at once; nothing throws for what the files hold. */
export function planWith(planning: Planning, folder: EstateFolder): EstatePlan {
  return new Planner(planning, folder).plan();
}

const NOTHING_PLANNED = { access: undefined, watch: undefined, emergency: undefined };

class Planner {
  private readonly findings: Finding[] = [];
  private readonly documents = new Map<FileRole, SourceDocument>();

  constructor(
    private readonly planning: Planning,
    private readonly folder: EstateFolder,
  ) {}

  plan(): EstatePlan {
    const source = this.open('estate', this.folder.read(ESTATE_FILE), parseYaml);
    const policies = new PolicyFileReader(this.folder);
    const written = this.parse(this.ofThisVersion(source?.value), policies);
    const read = needsOrganization(written.estate) ? this.readOrganization(placesNothing(written.estate)) : undefined;
    const organization = read && withRenamedGroups(read, written.estate.workforce);
    const parsed = { ...written, estate: withManagementCopies(written.estate, organization) };
    const { estate } = parsed;
    const metadata = estate.emergency && this.folder.read(estate.emergency.metadataFile);
    const aws = organization === undefined ? {} : this.planAws(estate, organization, metadata);
    const { latestDay } = this.folder;
    this.report(this.planning.check({ ...parsed, ...NOTHING_PLANNED, ...aws, organization, metadata, latestDay }, aws));
    const lacksGrants = parsed.isSetAside(['access', 'grants']) || this.findings.some(isFaultyGrant);
    const awsPolicies = this.readPolicies(estate);
    const ruleFacts = source && { ...parsed, expanded: aws.access, policies, awsPolicies, lacksGrants, source };
    const violations = ruleFacts === undefined ? [] : this.planning.violations(ruleFacts);
    const steps = this.readSteps(estate);
    return {
      estate,
      ...aws,
      awsPolicies,
      awsRoles: this.readRoles(estate),
      steps,
      isWhole: ![parsed.isSetAside([]), hasErrors(policies.issues), this.findings.some(this.lacksPart)].includes(true),
      findings: this.findings.toSorted(compareFindings),
      ruleViolations: violations.toSorted(compareFindings),
      placeOf: (at) => source?.placeOf(at) ?? { file: this.fileName(ESTATE_FILE), line: 1, column: 1 },
    };
  }

  /** The estate as of today. */
  private parse(value: unknown, policies: PolicyFileReader): ParsedEstate {
    const { name, latestDay } = this.folder;
    const parsed = parseEstate({ name, value }, this.planning.form, (written) => policies.read(written));
    if (value !== undefined) this.report([...this.planning.checkName(parsed.estate), ...parsed.issues]);
    this.report(policies.issues);
    this.findings.push(...policies.findings);
    const { access } = parsed.estate;
    if (access === undefined) return parsed;
    return { ...parsed, estate: { ...parsed.estate, access: withoutEnded(access, latestDay) } };
  }

  /** The file's value; undefined, with a finding, where it is of another version of the form. */
  private ofThisVersion(value: unknown): unknown {
    const issue = value === undefined ? undefined : checkVersion(value);
    if (issue === undefined) return value;
    this.report([issue]);
    return undefined;
  }

  /** Plans what is deployed to accounts of the organization. */
  private planAws(estate: Estate, organization: Organization, metadata: FileText | undefined): AwsPlan {
    const access = this.planAccess(estate, organization);
    return { ...(access && { access }), ...this.planning.planOthers(estate, organization, metadata) };
  }

  private planAccess(estate: Estate, organization: Organization): AccessPlan | undefined {
    if (estate.access === undefined) return undefined;
    const open = (read: FileText): unknown => this.open('placement', read, parseJson)?.value;
    const { plan, issues } = planAccess(estate.access, { estate, organization, folder: this.folder, open });
    this.report(issues);
    return plan;
  }

  private readSteps(estate: Estate): readonly RecordedStep[] {
    return this.planning.readSteps(estate, {
      latestDay: this.folder.latestDay,
      report: (issues) => {
        this.report(issues);
      },
      open: () => {
        const read = this.folder.read(STEPS_FILE);
        return read.kind === 'missing' ? undefined : this.open('steps', read, parseJson)?.value;
      },
    });
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

  private readPolicies({ access }: Estate): ReadPolicies | undefined {
    const read = access && this.readWritten('policies', parsePolicies);
    return read && { policies: read.value, placeOf: (at) => read.source.placeOf(at) };
  }

  /** Roles count where the estate asks for them, whatever file is there. */
  private readRoles({ access }: Estate): AwsRoles | undefined {
    return access?.roleInventory && this.readWritten('roles', parseRoles)?.value;
  }

  /** A file that `snapshot` writes; one that is missing was not read yet. */
  private readWritten<File>(role: FileRole, parse: (value: unknown) => ParsedFile<File>) {
    const read = this.folder.read(FILES[role].path);
    const source = read.kind === 'missing' ? undefined : this.open(role, read, parseAgain);
    if (source?.value === undefined) return undefined;
    const { parsed, issues } = parse(source.value);
    this.report(issues);
    return parsed && { value: parsed, source };
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

  private readonly lacksPart = ({ severity, code, file }: Finding): boolean =>
    severity === 'error' && (UNKNOWN_IN_GRANTS.includes(code) || file === this.fileName(ORGANIZATION_FILE));

  private fileName(path: string): string {
    return `${this.folder.label}/${path}`;
  }
}

const lastRead = new Map<string, { readonly text: string; readonly source: SourceDocument }>();

/** The same value again for the same text: nearly always both sides of a comparison have it, and share what is found out about it. */
function parseAgain(file: string, text: string): SourceDocument {
  const last = lastRead.get(file);
  const source = last?.text === text ? last.source : parseJson(file, text);
  lastRead.set(file, { text, source });
  return source;
}

const parsePolicies = once(parseAwsPolicies);
const parseRoles = once(parseAwsRoles);

/** Parses each value once. */
function once<File>(parse: (value: unknown) => ParsedFile<File>): (value: unknown) => ParsedFile<File> {
  const known = new WeakMap<object, ParsedFile<File>>();
  return (value) => {
    if (typeof value !== 'object' || value === null) return parse(value);
    return kept(known, value, () => parse(value));
  };
}

/** Names in grants that lead nowhere. */
const UNKNOWN_IN_GRANTS: readonly FindingCode[] = [
  'unknown-account',
  'unknown-group',
  'unknown-ou',
  'unknown-permission-set',
];

function isFaultyGrant({ severity, path }: Finding): boolean {
  return severity === 'error' && path.startsWith('access.grants[');
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
    howToMake: 'an estate file; `npx --no entra-aws docs access-guide` shows how to begin one',
  },
  organization: {
    path: ORGANIZATION_FILE,
    code: 'organization-file',
    howToMake: 'npx --no entra-aws snapshot writes it',
  },
  policies: { path: POLICIES_FILE, code: 'aws-policies-file', howToMake: 'npx --no entra-aws snapshot writes it' },
  roles: { path: ROLES_FILE, code: 'aws-policies-file', howToMake: 'npx --no entra-aws snapshot writes it' },
  placement: { path: PLACEMENT_FILE, code: 'placement-file', howToMake: 'npx --no entra-aws preview writes it' },
  steps: { path: STEPS_FILE, code: 'steps-file', howToMake: '`npx --no entra-aws steps done` writes it' },
};
