import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { setNames } from '../clouds/facts/access-drift';
import type { DeployedSet } from '../clouds/facts/access-facts';
import { elsewhereOf } from '../clouds/facts/ownership';
import { planEstate } from '../estate/plan/estate-plan';
import type { EstatePlan } from '../estate/plan/planner';
import type { AttributeEntry } from '../estate/sections/access/set-rules';
import { isUserGrant } from '../estate/sections/access/plan/expand';
import { compareHolders, type Holder, holderKey } from '../estate/sections/access/holder';
import type { GrantEntry, SelectionEntry } from '../estate/sections/access/grant-schema';
import { copyName, grantedName } from '../estate/sections/access/plan/management-copies';
import {
  type AccessEntry,
  AccessEntry as AccessSchema,
  type PermissionSetEntry,
} from '../estate/sections/access/schema';
import type { Access, Grant, ManagedElsewhere } from '../estate/sections/estate';
import {
  ESTATE_FILE,
  type EstateFolder,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  withTexts,
} from '../estate/source/estate-folder';
import { compareText, issuesOf } from '../estate/source/finding';
import { withPositions } from '../estate/source/located';
import { type Organization, parseOrganization } from '../estate/source/organization';
import { known, formatPath } from '../text/values';
import type { LeftThing } from './report';
import {
  adoptAssignments,
  type AdoptedAssignment,
  attributeEntries,
  type DeployedAccess,
  type Exception,
  permissionSetEntries,
  policyEntries,
} from './adopt';
import { compactSelection, ouForest } from './compact';
import { estateText, openDocument } from './estate-text';

/** Access that was read from AWS. */
export interface ImportSource {
  readonly deployed: DeployedAccess;
  /** The text of `organization.json`. */
  readonly organizationText: string;
  /** Last day of the exceptions that users get who have assignments. @default they get none, and are left out */
  readonly usersUntil?: string | undefined;
}

/** An estate that says what is deployed. */
export interface ImportedEstate {
  /** Texts by the names of the files, in the order in which to write them. */
  readonly files: Readonly<Record<string, string>>;
  readonly plan: EstatePlan;
  /** Things that the estate does not hold. */
  readonly left: readonly LeftThing[];
  readonly counts: { readonly sets: number; readonly grants: number; readonly selectors: number };
}

/**
 * Makes the files of an estate from what is deployed. Of a folder that has an estate already, other sections of its file
 * stay, and of its access what AWS does not know; assignments stay where its placement file has them. Nothing is written. @throws Error if the estate file that
 * exists can't be read
 */
export function importEstate(
  folder: EstateFolder,
  { deployed, organizationText, usersUntil }: ImportSource,
): ImportedEstate {
  const { organization, issues } = parseOrganization(JSON.parse(organizationText));
  const [issue] = issues;
  if (organization === undefined || issue !== undefined) {
    throw new Error(`the organization can't be understood: ${issue?.problem ?? 'it is not a snapshot'}`);
  }
  const existing = existingText(folder);
  const kept = existing === undefined ? NOTHING_KEPT : keptOf(folder, existing);
  const imported = importAccess(deployed, organization, { kept, usersUntil });
  const text = estateText(imported.access, organization, existing);
  const plan = planEstate(withTexts(folder, { [ESTATE_FILE]: text, [ORGANIZATION_FILE]: organizationText }));
  const replaced = verifyImport(text, plan, imported);
  const { permissionSets, grants } = imported.access;
  const selectors = grants.flatMap(({ accounts: { include, exclude = [] } }) => [...include, ...exclude]);
  return {
    // The estate file comes last: with it, the folder is an estate.
    files: {
      [ORGANIZATION_FILE]: organizationText,
      // Without access there is nothing to place, and an empty file would be a broken one.
      ...(plan.access && { [PLACEMENT_FILE]: plan.access.placement.text }),
      [ESTATE_FILE]: text,
    },
    plan,
    left: [...imported.left, ...replaced.map((one) => replacedByCopy(one, organization))],
    counts: { sets: permissionSets.length, grants: grants.length, selectors: selectors.length },
  };
}

/** The part of the access section that stays. @throws Error if it can't be read */
function keptOf(folder: EstateFolder, existing: string): KeptAccess {
  openDocument(existing);
  return keptAccess(existing, planEstate(folder).estate.access);
}

/** The text of the estate file that exists. @throws Error if it can't be read */
export function existingText(folder: EstateFolder): string | undefined {
  const read = folder.read(ESTATE_FILE);
  if (read.kind === 'refused') throw new Error(`${folder.label}/${ESTATE_FILE} ${read.problem}`);
  return read.kind === 'text' ? read.text : undefined;
}

/**
 * Checks a written estate against what was read: its text must say the section, and its expansion must be the assignments,
 * no more and no less, but for those that a copy for the management account replaces. @throws Error otherwise, which would be a
 * fault of the import
 *
 * @returns those that a copy replaces
 */
function verifyImport(text: string, plan: EstatePlan, imported: ImportedAccess): readonly AdoptedAssignment[] {
  const written = (parse(text) as { readonly access?: unknown }).access;
  if (!isDeepStrictEqual(written, imported.access)) throw new Error('the estate file does not say what was read');
  const deployed = new Set(imported.assignments.map(keyOf));
  const expanded = (plan.access?.expansion.assignments ?? []).map((one) => {
    const { account, holder, permissionSet } = one;
    const key = keyOf({ holder, permissionSet, accountId: account.id });
    const known = keyOf({ holder, permissionSet: grantedName(one), accountId: account.id });
    return { key, known: deployed.has(key) ? key : known };
  });
  const given = expanded.map(({ known }) => known).toSorted(compareText);
  if (!isDeepStrictEqual(given, imported.assignments.map(keyOf).toSorted(compareText)))
    throw new Error(`the estate would give ${given.length} assignments where ${deployed.size} are deployed`);
  const kept = new Set(expanded.map(({ key }) => key));
  return imported.assignments.filter((one) => !kept.has(keyOf(one)));
}

function replacedByCopy(
  { holder, permissionSet, accountId }: AdoptedAssignment,
  organization: Organization,
): LeftThing {
  const account = organization.accountById.get(accountId)?.name ?? accountId;
  return {
    reason: 'management-copy',
    subject: `${holder.kind} ${holder.name} has ${permissionSet} in ${accountId} (${account})`,
  };
}

type Expanded = Omit<AdoptedAssignment, 'holder'> & { readonly holder: Holder };

function keyOf({ holder, permissionSet, accountId }: Expanded): string {
  return JSON.stringify([holderKey(holder), permissionSet, accountId]);
}

/** Settings of access that AWS does not know, and an import keeps: as they are written, and as they were read. */
interface KeptAccess {
  readonly written: AccessEntry;
  readonly read?: Access | undefined;
}

/** Settings that an import keeps of an estate that is not there yet. */
const NOTHING_KEPT: KeptAccess = { written: { permissionSets: [], grants: [] } };

/**
 * The access section of an estate file that exists. @throws Error if it has faults: what could not be read would be lost
 *
 * @param read the same, read with the policy files beside it
 */
function keptAccess(text: string, read: Access | undefined): KeptAccess {
  const file: unknown = parse(text, { logLevel: 'silent' });
  if (typeof file !== 'object' || file === null || !('access' in file)) return NOTHING_KEPT;
  const value = withPositions(file.access, ['access']);
  const parsed = AccessSchema.safeParse(value);
  if (parsed.success) return { written: file.access as AccessEntry, read };
  const [fault] = issuesOf(parsed.error, AccessSchema, value);
  const where = fault === undefined ? '' : ` (${formatPath(['access', ...fault.at])}: ${fault.problem})`;
  throw new Error(
    `its access section has faults${where}, so that what to keep of it can't be read: correct them, or remove the section`,
  );
}

type SetOwn = Pick<PermissionSetEntry, 'grantable' | 'acknowledge'>;

/** An entry of what is deployed, with what the estate alone says of the set, and its policy in the file that has it. */
function keptSetEntry({ written, read }: KeptAccess, entry: PermissionSetEntry): PermissionSetEntry {
  const before = written.permissionSets.find(({ name }) => name === entry.name);
  if (before === undefined) return entry;
  const { grantable, acknowledge } = before;
  const own: SetOwn = { ...(grantable && { grantable }), ...(acknowledge && { acknowledge }) };
  const policy = read?.permissionSets.find(({ name }) => name === entry.name)?.inlinePolicy;
  if (policy?.kind !== 'file' || !isDeepStrictEqual(policy.document, entry.inlinePolicy)) return { ...entry, ...own };
  return known({ ...entry, inlinePolicy: undefined, inlinePolicyFile: policy.file, ...own });
}

/** Settings that an estate has, and its new section does not: for a person to write again where it still holds. */
function lostAccess({ written }: KeptAccess, sets: readonly DeployedSet[]): readonly LeftThing[] {
  const names = new Set(sets.map(({ name }) => name));
  const gone = written.permissionSets.filter(({ name }) => !names.has(name));
  return [
    ...gone.map(({ name }): LeftThing => ({ reason: 'undeployed-set', subject: `permission set ${name}` })),
    ...written.grants.flatMap(({ group, permissionSets, acknowledge = [] }) =>
      acknowledge.map(({ rule, reason }): LeftThing => ({
        reason: 'grant-acknowledgement',
        subject: `${rule}, of ${permissionSets.join(', ')} for ${group}: ${reason}`,
      })),
    ),
  ];
}

interface ImportOptions {
  /** Access of the estate as it was: what AWS does not know of it stays, and exceptions keep their reason and end. */
  readonly kept?: KeptAccess;
  /** Last day of the exceptions that users get who have assignments. @default they get none, and are left out */
  readonly usersUntil?: string | undefined;
}

/** Result that an import makes of a deployed instance. */
interface ImportedAccess {
  /** The `access` section of the estate file. */
  readonly access: AccessEntry;
  /** Assignments that the section expands to. */
  readonly assignments: readonly AdoptedAssignment[];
  /** Things that stay in AWS as they are, outside of the estate. */
  readonly left: readonly LeftThing[];
}

/**
 * The section of an estate that expands to exactly what is deployed, as compact as OUs allow; and what it leaves out. What the
 * estate said before and AWS does not know stays: access that others manage, accounts that no grant reaches, policies.
 */
function importAccess(
  all: DeployedAccess,
  organization: Organization,
  { kept = NOTHING_KEPT, usersUntil }: ImportOptions = {},
): ImportedAccess {
  const { written, read } = kept;
  const deployed = withoutElsewhere(all, organization, read?.managedElsewhere ?? NOTHING_ELSEWHERE);
  const excluded = new Set((written.excludedAccounts ?? []).map(({ account }) => account));
  const sets = permissionSetEntries(deployed.permissionSets, organization.partition);
  const attributes = attributeEntries(deployed.attributes);
  const exceptionOf = exceptionsOf(read, usersUntil);
  const { assignments, left } = adoptAssignments(deployed, organization, { excluded, exceptionOf });
  const isDelegated = written.deployFrom === 'delegated-admin';
  const copies = isDelegated
    ? copiesIn(sets.entries, assignments, { organization, written })
    : new Map<string, string>();
  const granted = assignments.map(({ permissionSet, ...one }) => {
    return { ...one, permissionSet: copies.get(permissionSet) ?? permissionSet };
  });
  // An account that no grant reaches need not be left out of one.
  const reached = { ...organization, accounts: organization.accounts.filter(({ id }) => !excluded.has(id)) };
  return {
    access: sectionOf(kept, {
      attributes: attributes.entries,
      policies: policyEntries(deployed.permissionSets, written.policies),
      permissionSets: sets.entries.filter(({ name }) => !copies.has(name)),
      grants: grantsOf(granted, reached),
    }),
    assignments,
    left: [...left, ...sets.left, ...attributes.left, ...lostAccess(kept, deployed.permissionSets)],
  };
}

/** Sets that the plan makes of others for the management account, each with the name of the other; none that the estate has itself. */
function copiesIn(
  sets: readonly PermissionSetEntry[],
  assignments: readonly AdoptedAssignment[],
  {
    organization: { managementAccountId },
    written,
  }: { readonly organization: Organization; readonly written: AccessEntry },
): ReadonlyMap<string, string> {
  const own = new Set(written.permissionSets.map(({ name }) => name));
  const byName = new Map(sets.map(({ name, ...content }) => [name, content]));
  const bySet = Map.groupBy(assignments, ({ permissionSet }) => permissionSet);
  const isWhere = (name: string, isManagement: boolean): boolean =>
    bySet.get(name)?.every(({ accountId }) => (accountId === managementAccountId) === isManagement) ?? false;
  const found = [...byName].flatMap(([name, content]): readonly [string, string][] => {
    const copy = copyName(name);
    const isCopy =
      !own.has(copy) && isWhere(name, false) && isWhere(copy, true) && isDeepStrictEqual(byName.get(copy), content);
    return isCopy ? [[copy, name]] : [];
  });
  return new Map(found);
}

/** Parts of the section that come from what is deployed. */
interface Found {
  readonly attributes: readonly AttributeEntry[];
  readonly policies: NonNullable<AccessEntry['policies']>;
  readonly permissionSets: readonly PermissionSetEntry[];
  readonly grants: Readonly<AccessEntry['grants']>;
}

/** The section with what was found, and what the estate alone says, in the order of the schema. */
function sectionOf(kept: KeptAccess, { attributes, policies, permissionSets, grants }: Found): AccessEntry {
  const { written } = kept;
  const { deployFrom = 'management', identityCenter, excludedAccounts = [], applications, managedElsewhere } = written;
  return {
    deployFrom,
    ...(identityCenter && { identityCenter }),
    ...(attributes.length > 0 && { attributes: [...attributes] }),
    ...((policies.length > 0 || written.policies !== undefined) && { policies }),
    ...(excludedAccounts.length > 0 && { excludedAccounts }),
    permissionSets: permissionSets.map((entry) => keptSetEntry(kept, entry)),
    grants: [...grants],
    ...(applications && { applications }),
    ...(managedElsewhere && { managedElsewhere }),
  };
}

/** Reason of the exceptions that an import makes: a better one is for a person to write. */
const FOUND = 'It was there when the estate was imported.';

/** Exceptions that the estate had stay as they are; others end on the given day, and without one there are none. */
function exceptionsOf(
  before: Access | undefined,
  usersUntil: string | undefined,
): (user: string) => Exception | undefined {
  const had = (before?.grants ?? []).filter(isUserGrant).map(({ holder }) => holder);
  return (user) => {
    const known = had.find(({ name }) => name === user);
    if (known !== undefined) return { reason: known.reason, until: known.until };
    return usersUntil === undefined ? undefined : { reason: FOUND, until: usersUntil };
  };
}

const NOTHING_ELSEWHERE: ManagedElsewhere = { permissionSets: [], groups: [], users: [] };

function withoutElsewhere(
  deployed: DeployedAccess,
  organization: Organization,
  managedElsewhere: ManagedElsewhere,
): DeployedAccess {
  const elsewhere = elsewhereOf({ managedElsewhere, organization });
  const names = setNames(deployed);
  return {
    ...deployed,
    permissionSets: deployed.permissionSets.filter(({ name }) => !elsewhere.isSet(name)),
    assignments: deployed.assignments.filter((one) => !elsewhere.isAssignment(one, names.get(one.set))),
  };
}

/**
 * Grants that expand to exactly the given assignments. Permission sets that a group or user has in the same accounts share a
 * grant. The management account has grants of its own, for it must be named, and for its acknowledgement not to reach
 * further. Sorted by holder and permission set.
 */
function grantsOf(assignments: readonly AdoptedAssignment[], organization: Organization): readonly GrantEntry[] {
  const root = ouForest(organization);
  const { managementAccountId } = organization;
  const byHolder = Map.groupBy(assignments, ({ holder }) => holderKey(holder));
  return [...byHolder.values()]
    .flatMap((own) => (own[0] === undefined ? [] : [{ holder: own[0].holder, own }]))
    .toSorted((a, b) => compareHolders(a.holder, b.holder))
    .flatMap(({ holder, own }) => {
      const management = own.filter(({ accountId }) => accountId === managementAccountId);
      const members = own.filter(({ accountId }) => accountId !== managementAccountId);
      return [
        ...grantsOfHolder(holder, members, (accounts) => compactSelection(root, accounts)),
        ...grantsOfHolder(holder, management, () => ({ include: [{ id: managementAccountId }] })),
      ];
    });
}

function grantsOfHolder(
  holder: Grant['holder'],
  assignments: readonly AdoptedAssignment[],
  select: (accounts: ReadonlySet<string>) => SelectionEntry,
): readonly GrantEntry[] {
  const bySet = Map.groupBy(assignments, ({ permissionSet }) => permissionSet);
  const sets = [...bySet]
    .map(([name, own]) => ({ name, accounts: new Set(own.map(({ accountId }) => accountId)) }))
    .toSorted((a, b) => compareText(a.name, b.name));
  const byAccounts = Map.groupBy(sets, ({ accounts }) => [...accounts].toSorted(compareText).join());
  return [...byAccounts.values()].map((same) => ({
    ...entryOf(holder),
    permissionSets: same.map(({ name }) => name),
    accounts: select(same[0]?.accounts ?? new Set()),
  }));
}

/** Keys of a grant for whoever has it. */
function entryOf(holder: Grant['holder']): Pick<GrantEntry, 'group' | 'user' | 'reason' | 'until'> {
  if (holder.kind === 'group') return { group: holder.name };
  const { name: user, reason, until } = holder;
  return { user, reason, until };
}
