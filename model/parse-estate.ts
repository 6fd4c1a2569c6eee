import type { AttributeEntry, GrantEntry, GroupEntry, PermissionSetEntry } from './estate-schema';
import { EstateFile } from './estate-schema';
import type {
  AccessControlAttribute,
  Acknowledgement,
  CustomerManagedPolicy,
  Estate,
  Grant,
  InlinePolicy,
  PermissionsBoundary,
  PermissionSet,
  Selection,
  Selector,
  Tag,
} from './estate';
import type { Issue, Path } from './finding';
import { DEFAULT_SESSION } from './limits';
import type { SelectionEntry, SelectorEntry } from './selector-schema';
import type { ItemList, Remainder } from './set-aside';
import { withoutFaults } from './set-aside';
import { quotedList } from './suggest';
import type { WorkforceGroup } from './workforce';
import { issuesOf } from './zod-issues';

export interface ParsedEstate {
  readonly estate: Estate;
  readonly issues: readonly Issue[];
}

/** What stands in a policy file that the estate refers to; undefined if it could not be read (reported elsewhere). */
export type PolicyFiles = (set: PermissionSetEntry, at: Path) => InlinePolicy | undefined;

/** Turns the file's value into the typed estate. Faulty items are reported and set aside; the others stay. */
export function parseEstate(name: string, value: unknown, policyOf: PolicyFiles): ParsedEstate {
  const first = EstateFile.safeParse(value ?? {});
  const issues = first.success ? emptyFile(value) : issuesOf(first.error, EstateFile, value);
  const remainder = withoutFaults(
    value,
    issues.map((issue) => issue.at),
  );
  const parsed = EstateFile.safeParse(remainder.value);
  const file = parsed.success ? parsed.data : {};
  return { estate: new EstateReader(name, remainder, policyOf).read(file), issues };
}

/** Every section may be absent, but not all of them: that is a file that somebody emptied, or has yet to write. */
function emptyFile(value: unknown): readonly Issue[] {
  if (Object.keys(value ?? {}).length > 0) return [];
  const sections = Object.keys(EstateFile.shape);
  const allowed = `a section at least: ${quotedList(sections)}`;
  return [{ severity: 'error', code: 'empty-estate', at: [], problem: 'the file describes nothing', allowed }];
}

/** Converts the parsed file's entries; every item remembers where it stands. */
class EstateReader {
  constructor(
    private readonly name: string,
    private readonly remainder: Remainder,
    private readonly policyOf: PolicyFiles,
  ) {}

  read(file: EstateFile): Estate {
    const { workforce, access } = file;
    return {
      name: this.name,
      setAside: {
        permissionSets: this.remainder.namesOf('access.permissionSets'),
        groups: this.remainder.namesOf('workforce.groups'),
      },
      ...(workforce && { workforce: { groups: this.items('workforce.groups', workforce.groups, readGroup) } }),
      ...(access && {
        access: {
          deployFrom: access.deployFrom ?? 'management',
          attributes: this.items('access.attributes', access.attributes ?? [], readAttribute),
          permissionSets: this.items('access.permissionSets', access.permissionSets, (entry, at) =>
            readPermissionSet(entry, at, this.policyOf(entry, at)),
          ),
          grants: this.items('access.grants', access.grants, readGrant),
        },
      }),
    };
  }

  private items<E, T>(list: ItemList, entries: readonly E[], read: (entry: E, at: Path) => T): readonly T[] {
    return entries.map((entry, index) => read(entry, [...list.split('.'), this.remainder.originalIndex(list, index)]));
  }
}

function readGroup(entry: GroupEntry, at: Path): WorkforceGroup {
  const { adopt = false, ...group } = withoutUndefined(entry);
  return { ...group, adopt, at };
}

function readAttribute(entry: AttributeEntry, at: Path): AccessControlAttribute {
  return { ...entry, at };
}

function readPermissionSet(entry: PermissionSetEntry, at: Path, policy: InlinePolicy | undefined): PermissionSet {
  return {
    at,
    name: entry.name,
    sessionDuration: entry.sessionDuration ?? DEFAULT_SESSION,
    managedPolicies: entry.managedPolicies ?? [],
    customerManagedPolicies: (entry.customerManagedPolicies ?? []).map(readCustomerManagedPolicy),
    tags: readTags(entry.tags),
    acknowledgements: readAcknowledgements(entry.acknowledge, at),
    ...withoutUndefined({
      description: entry.description,
      relayState: entry.relayState,
      inlinePolicy: policy,
      permissionsBoundary: entry.permissionsBoundary && readBoundary(entry.permissionsBoundary),
      grantable: entry.grantable && readGrantable(entry.grantable, [...at, 'grantable']),
    }),
  };
}

function readGrantable(
  entry: NonNullable<PermissionSetEntry['grantable']>,
  at: Path,
): NonNullable<PermissionSet['grantable']> {
  const accounts = entry.accounts && readSelection(entry.accounts, [...at, 'accounts']);
  return withoutUndefined({ groups: entry.groups, accounts });
}

function readBoundary(entry: NonNullable<PermissionSetEntry['permissionsBoundary']>): PermissionsBoundary | undefined {
  if (entry.managedPolicy !== undefined) return { kind: 'managed', policy: entry.managedPolicy };
  if (entry.customerManagedPolicy === undefined) return undefined;
  return { kind: 'customer-managed', policy: readCustomerManagedPolicy(entry.customerManagedPolicy) };
}

function readCustomerManagedPolicy(entry: { name: string; path?: string | undefined }): CustomerManagedPolicy {
  return { name: entry.name, path: entry.path ?? '/' };
}

function readGrant(entry: GrantEntry, at: Path): Grant {
  return {
    at,
    group: entry.group,
    permissionSets: entry.permissionSets,
    accounts: readSelection(entry.accounts, [...at, 'accounts']),
    acknowledgements: readAcknowledgements(entry.acknowledge, at),
  };
}

function readAcknowledgements(entries: PermissionSetEntry['acknowledge'], at: Path): readonly Acknowledgement[] {
  return (entries ?? []).map((entry, index) => ({ ...entry, at: [...at, 'acknowledge', index] }));
}

function readSelection(entry: SelectionEntry, at: Path): Selection {
  return {
    include: entry.include.map((selector, index) => readSelector(selector, [...at, 'include', index])),
    exclude: (entry.exclude ?? []).map((selector, index) => readSelector(selector, [...at, 'exclude', index])),
  };
}

function readSelector(entry: SelectorEntry, at: Path): Selector {
  if (entry.ou !== undefined) return { kind: 'ou', at, ou: entry.ou, descendants: entry.descendants ?? true };
  if (entry.id !== undefined) return { kind: 'id', at, id: entry.id };
  if (entry.name !== undefined) return { kind: 'name', at, name: entry.name };
  if (entry.tags !== undefined) return { kind: 'tags', at, tags: readTags(entry.tags) };
  return { kind: 'all', at };
}

function readTags(tags: Readonly<Record<string, string>> | undefined): readonly Tag[] {
  return Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Drops keys whose value is undefined, as `exactOptionalPropertyTypes` asks. */
function withoutUndefined<T extends object>(value: T): Partial<Defined<T>> & Pick<Defined<T>, RequiredKeys<T>> {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as Partial<Defined<T>> & Pick<Defined<T>, RequiredKeys<T>>;
}

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
