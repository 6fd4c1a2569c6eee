import { holderText } from '../../estate/sections/access/holder';
import { ownPolicy, policyReferences } from '../../estate/sections/access/policy-document';
import { writtenSets } from '../../estate/sections/access/plan/management-copies';
import type { Access, Estate, ManagedElsewhere, PermissionSet } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import { missing } from '../../estate/source/inputs';

const KINDS = [
  ['permissionSets', 'permission sets'],
  ['groups', 'groups'],
  ['users', 'users'],
] as const satisfies readonly (readonly [keyof ManagedElsewhere, string])[];

/** Changes of what others manage, in sentences: what joins it is not looked at for drift any more. */
export function compareElsewhere(base: Estate, head: Estate): readonly string[] {
  const [before, after] = [elsewhereOf(base), elsewhereOf(head)];
  return [
    ...[...after]
      .filter(([names]) => !before.has(names))
      .map(([names, reason]) => `${names} are managed elsewhere, and no drift is looked for: ${reason}`),
    ...[...before.keys()]
      .filter((names) => !after.has(names))
      .map((names) => `${names} are no longer managed elsewhere`),
  ];
}

/** Reasons by kind and name. */
function elsewhereOf({ access }: Estate): ReadonlyMap<string, string> {
  const { managedElsewhere } = access ?? {};
  if (managedElsewhere === undefined) return new Map();
  return new Map(
    KINDS.flatMap(([kind, words]) =>
      managedElsewhere[kind].map(({ name, reason }) => [`${words} '${name}'`, reason] as const),
    ),
  );
}

/** Changes of what the estate says of the instance of IAM Identity Center, in sentences: no deployment makes them at AWS. */
export function compareInstance(base: Estate, head: Estate): readonly string[] {
  const { kmsKey: oldKey, additionalRegions: oldRegions = [] } = base.access?.identityCenter ?? {};
  const { kmsKey, additionalRegions = [] } = head.access?.identityCenter ?? {};
  const keyText = (key: string | undefined): string =>
    key === undefined ? 'no customer-managed key' : `the key ${key}`;
  return [
    ...(oldKey === kmsKey ? [] : [`the roles may use ${keyText(kmsKey)}, instead of ${keyText(oldKey)}`]),
    ...missing(additionalRegions, oldRegions).map(
      (region) => `people sign in through ${region} too, once an administrator has added the Region`,
    ),
    ...missing(oldRegions, additionalRegions).map((region) => `people no longer sign in through ${region}`),
  ];
}

/** Changes of attributes for access control. They decide what policies compare with, so a changed source can widen access. */
export function compareAttributes(base: Estate, head: Estate): readonly string[] {
  const sourcesOf = ({ access }: Estate): ReadonlyMap<string, string> =>
    new Map((access?.attributes ?? []).map(({ key, source }) => [key, source]));
  const [before, after] = [sourcesOf(base), sourcesOf(head)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText);
  return keys.flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (from === to) return [];
    const who = comparingText(key, head);
    if (from === undefined) return [`${key} added, from ${to ?? ''}${who}`];
    return to === undefined ? [`${key} removed${who}`] : [`${key} comes from ${to} instead of ${from}${who}`];
  });
}

/** Permission sets whose policies compare an attribute, and who has them. */
function comparingText(key: string, { access }: Estate): string {
  if (access === undefined) return '';
  // As a condition's key, and as a policy variable without and with a default.
  const tags = ['"', '}', ','].map((end) => `aws:principaltag/${key}`.toLowerCase() + end);
  const sets = writtenSets(access).filter((set) =>
    documentsOf(set, access).some((text) => tags.some((tag) => text.includes(tag))),
  );
  const texts = sets.map(({ name }) => {
    const grants = access.grants.filter(({ permissionSets }) => permissionSets.includes(name));
    const holders = [...new Set(grants.map(({ holder }) => holderText(holder)))].toSorted(compareText);
    return `${name} (${holders.length === 0 ? 'granted to nobody' : holders.join(', ')})`;
  });
  return texts.length === 0 ? '' : `; policies of ${texts.join(', ')} compare it`;
}

/** Policies of a set and its boundary that the estate holds, as text in lower case. */
function documentsOf(set: PermissionSet, { policies }: Access): readonly string[] {
  const own = policyReferences(set).flatMap((reference) => ownPolicy(policies, reference)?.document ?? []);
  const all = set.inlinePolicy === undefined ? own : [set.inlinePolicy, ...own];
  return all.map(({ document }) => JSON.stringify(document).toLowerCase());
}
