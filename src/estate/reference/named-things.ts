import { planEstate } from '../plan/estate-plan';
import { knownGroups } from '../sections/access/plan/expand';
import { MANAGED_POLICIES } from '../sections/access/aws-managed-policies';
import type { NamedKind } from '../sections/shared/rules';
import { compareText } from '../source/finding';
import { parseJson } from '../source/json-source';
import { type EstateFolder, ORGANIZATION_FILE } from '../source/estate-folder';
import { type Organization, parseOrganization } from '../source/organization';

/** A thing that the estate file may name, with a word about it. */
export interface NamedThing {
  readonly name: string;
  readonly about?: string;
}

export type NamedThings = Readonly<Record<NamedKind, readonly NamedThing[]>>;

/** Things that the files of an estate may name: those of its snapshot, and those that it declares itself. */
export function namedThings(folder: EstateFolder): NamedThings {
  const { estate } = planEstate(folder);
  const organization = organizationOf(folder);
  const { accounts = [], ous = [] } = organization ?? {};
  const declared = (estate.workforce?.groups ?? []).map(({ name }) => name);
  const groups = organization === undefined ? new Set(declared) : knownGroups(estate, organization);
  return {
    groups: [...groups].toSorted(compareText).map((name) => ({ name })),
    accounts: accounts.map(({ id, name, ou }) => ({ name: id, about: `${name}, in ${ou.path}` })),
    accountNames: [...new Set(accounts.map(({ name }) => name))].toSorted(compareText).map((name) => ({ name })),
    units: ous.map(({ path, id }) => ({ name: path, about: id })),
    permissionSets: (estate.access?.permissionSets ?? []).map(({ name, description }) => ({
      name,
      ...(description !== undefined && { about: description }),
    })),
    managedPolicies: MANAGED_POLICIES.map((name) => ({ name })),
  };
}

/** The snapshot, whatever the estate needs of it yet; undefined where it is not there or says nothing sound. */
function organizationOf(folder: EstateFolder): Organization | undefined {
  const file = folder.read(ORGANIZATION_FILE);
  if (file.kind !== 'text') return undefined;
  const { value } = parseJson(ORGANIZATION_FILE, file.text);
  return parseOrganization(value).organization;
}
