import type { EstateFolder, FileText } from '../../src/estate/source/estate-folder';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../src/estate/plan/planner';
import { planEstate } from '../../src/estate/plan/estate-plan';
import type { Finding } from '../../src/estate/source/finding';
import { formatFinding, formatPlace } from '../../src/estate/source/finding';
import { holderText } from '../../src/estate/sections/access/holder';
import type { AccountState, OrganizationFile } from '../../src/estate/source/organization';
import { accountId } from './ids';
import { PrincipalId } from '../../src/estate/source/ids';

type Files = Readonly<Record<string, string | FileText>>;

/** An estate in memory; findings call it `estates/demo`. */
export function memoryFolder(files: Files, name = 'demo'): EstateFolder {
  return {
    name,
    label: `estates/${name}`,
    latestDay: '2026-11-26',
    read: (path) => {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (file === undefined) return { kind: 'missing' };
      return typeof file === 'string' ? { kind: 'text', text: file } : file;
    },
  };
}

export interface AccountSpec {
  readonly id: string;
  readonly name: string;
  /** Path of an OU of the spec. @default '/' */
  readonly ou?: string;
  /** @default 'ACTIVE' */
  readonly state?: AccountState;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface OrganizationSpec {
  /** Paths of OUs, each after its parent. Ids are `ou-root-00000001` and so on. */
  readonly ous?: readonly string[];
  /** The first is the management account. */
  readonly accounts: readonly AccountSpec[];
  /** Names of synchronized groups. */
  readonly groups?: readonly string[];
  /** User names that the snapshot has. */
  readonly users?: readonly string[];
  readonly delegatedAdministrator?: string;
}

export const MANAGEMENT: AccountSpec = { id: '100000000000', name: 'management' };

/** Id that a group of an `OrganizationSpec` gets, by its position. */
export function principalId(index: number): PrincipalId {
  return PrincipalId.parse(`aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`);
}

/** Id that a user of an `OrganizationSpec` gets, by its position. */
export function userId(index: number): PrincipalId {
  return PrincipalId.parse(`bbbbbbbb-0000-4000-8000-${String(index).padStart(12, '0')}`);
}

/** The content of an `organization.json`. */
export function organizationFile(spec: OrganizationSpec): OrganizationFile {
  const ids = new Map([['/', 'r-root']]);
  const organizationalUnits = (spec.ous ?? []).map((path, index) => {
    const id = `ou-root-${String(index + 1).padStart(8, '0')}`;
    ids.set(path, id);
    const cut = path.lastIndexOf('/');
    return { id, name: path.slice(cut + 1), parentId: ids.get(path.slice(0, cut) || '/') ?? 'r-none' };
  });
  return {
    version: 1,
    organization: {
      id: 'o-example0001',
      rootId: 'r-root',
      managementAccountId: accountId(spec.accounts[0]?.id ?? '000000000000'),
    },
    identityCenter: {
      instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      identityStoreId: 'd-0123456789',
      region: 'eu-west-1',
      ...(spec.delegatedAdministrator === undefined
        ? {}
        : { delegatedAdministrator: accountId(spec.delegatedAdministrator) }),
    },
    organizationalUnits,
    accounts: spec.accounts.map(({ id, name, ou = '/', state = 'ACTIVE', tags = {} }) => ({
      id: accountId(id),
      name,
      email: `${id}@example.com`,
      state,
      parentId: ids.get(ou) ?? 'r-none',
      tags,
    })),
    groups: (spec.groups ?? []).map((displayName, index) => ({ id: principalId(index), displayName })),
    ...(spec.users && { users: spec.users.map((userName, index) => ({ id: userId(index), userName })) }),
  };
}

export function organizationText(spec: OrganizationSpec): string {
  return JSON.stringify(organizationFile(spec), undefined, 2);
}

/** A small organization for tests that look at something else. */
export const SMALL_ORGANIZATION: OrganizationSpec = {
  ous: ['/Workloads'],
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app', ou: '/Workloads' }],
  groups: ['Developers'],
};

/** Plans an estate of an estate file and, unless `files` brings its own, an organization. */
export function planOf(
  estate: string,
  organization: OrganizationSpec = SMALL_ORGANIZATION,
  files: Files = {},
): EstatePlan {
  return planEstate(
    memoryFolder({ [ESTATE_FILE]: estate, [ORGANIZATION_FILE]: organizationText(organization), ...files }),
  );
}

/** Every finding as `<severity> <code> <line>`. The folder is left out, to keep lines short. */
export function report(plan: EstatePlan): readonly string[] {
  return plan.findings.map(told);
}

/** The same without words, which the pages of findings have: `<severity> <code> <place> <path>`, and related places. */
export function codesAndPlaces(plan: EstatePlan): readonly string[] {
  return plan.findings.map(({ severity, code, path, related, ...place }) => {
    const see = related.length === 0 ? '' : ` [see ${related.map(formatPlace).join(', ')}]`;
    const line = `${severity} ${code} ${formatPlace(place)}${path === '' ? '' : ` ${path}`}${see}`;
    return line.replaceAll('estates/demo/', '');
  });
}

/** The same of the rules that are broken. */
export function reportRules(plan: EstatePlan): readonly string[] {
  return plan.ruleViolations.map(told);
}

function told(finding: Finding): string {
  return `${finding.severity} ${codeAndLine(finding).replaceAll('estates/demo/', '')}`;
}

/** A finding's line with its code first, so that a list of them can be read by it, and not again at the end. */
export function codeAndLine(finding: Finding): string {
  const suffix = ` (${finding.code})`;
  const line = formatFinding(finding);
  expect(line.endsWith(suffix)).toBe(true);
  return `${finding.code} ${line.slice(0, -suffix.length)}`;
}

/** Every assignment as `<group> has <set> in <account name>`. */
export function assigned(plan: EstatePlan): readonly string[] {
  return (plan.access?.expansion.assignments ?? []).map(
    ({ holder, permissionSet, account }) => `${holderText(holder)} has ${permissionSet} in ${account.name}`,
  );
}

/** `line:column` of a text inside a file, for what findings should say. */
export function placeIn(text: string, needle: string, occurrence = 1): string {
  let offset = -1;
  for (let count = 0; count < occurrence; count++) offset = text.indexOf(needle, offset + 1);
  if (offset < 0) throw new Error(`the text has no ${String(occurrence)} times ${needle}`);
  const before = text.slice(0, offset).split('\n');
  return `${String(before.length)}:${String((before.at(-1)?.length ?? 0) + 1)}`;
}
