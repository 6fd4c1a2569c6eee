import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { ESTATE_FILE, type EstateFolder, ORGANIZATION_FILE } from '../../estate/source/estate-folder';
import type { Finding, Issue, Path } from '../../estate/source/finding';
import { parseQuietly } from '../../estate/source/json-source';
import { locate } from '../../estate/source/source-document';
import { parseYaml } from '../../estate/source/yaml-source';
import { valueAt } from '../../text/path';

/** Something that two estates must not both lay: each would change what the other made. */
interface Thing {
  /** What it is, in words. */
  readonly what: string;
  /** The same of two estates only if it is the same thing. */
  readonly key: string;
  readonly at: Path;
}

/** Findings about things of an estate that another estate of the repository lays too, one of each kind and estate. */
export function twinFindingsHere(estates: string, name: string): readonly Finding[] {
  const others = listEstates(estates).filter((one) => one !== name);
  return twinFindings(
    diskFolder(estates, name),
    others.map((one) => diskFolder(estates, one)),
  );
}

/** The same where the folders are given. A file that can't be read has no findings here: its own checks name it. */
export function twinFindings(folder: EstateFolder, others: readonly EstateFolder[]): readonly Finding[] {
  const own = read(folder);
  return others.flatMap((other) => {
    const theirs = read(other);
    const byKey = new Map(theirs.things.map((thing) => [thing.key, thing]));
    const shared = own.things.filter(({ key }) => byKey.has(key));
    return [...Map.groupBy(shared, ({ what }) => what).values()].flatMap(([first, ...more]): readonly Finding[] => {
      const twin = first && byKey.get(first.key);
      if (first === undefined || twin === undefined) return [];
      const further = more.length === 0 ? '' : ` (as are ${more.length} more)`;
      const issue: Issue = {
        severity: 'error',
        code: 'twin-estates',
        at: first.at,
        value: valueAt(own.source.value, first.at),
        problem: `is the ${first.what} of the estate ${other.name} too${further}: each deployment would change what the other made`,
        allowed: 'a name of its own',
      };
      return [{ ...locate(issue, own.source), related: [theirs.source.placeOf(twin.at)] }];
    });
  });
}

function read(folder: EstateFolder) {
  const textOf = (path: string): string => {
    const file = folder.read(path);
    return file.kind === 'text' ? file.text : '';
  };
  const source = parseYaml(`${folder.label}/${ESTATE_FILE}`, textOf(ESTATE_FILE));
  const instance = valueAt(parseQuietly(textOf(ORGANIZATION_FILE)), ['identityCenter', 'instanceArn']);
  return { source, things: thingsOf(source.value, instance) };
}

function thingsOf(estate: unknown, instance: unknown): readonly Thing[] {
  const at = (...path: Path): unknown => valueAt(estate, path);
  const named = (what: string, where: unknown): ((...path: Path) => readonly Thing[]) =>
    thingWithin(estate, what, where);
  const [workforce, customers] = [at('workforce', 'tenantId'), at('customers', 'tenantId')];
  const ofCustomers = named('application', customers);
  const set = named('permission set', instance);
  return [
    ...named('resource group', at('azure', 'subscriptionId'))('azure', 'resourceGroup'),
    ...named('storage account', 'Azure')('azure', 'pulumiState', 'storageAccount'),
    ...named('key vault', 'Azure')('azure', 'pulumiState', 'keyVault'),
    ...named('application', workforce)('workforce', 'awsApplication', 'displayName'),
    ...['apiApplication', 'webApplication'].flatMap((key) => ofCustomers('customers', key, 'displayName')),
    ...items(at('workforce', 'groups'))
      .filter(([, one]) => !valueAt(one, ['adopt']))
      .flatMap(([index]) => named('group', workforce)('workforce', 'groups', index, 'name')),
    ...items(at('customers', 'userFlows')).flatMap(([index]) =>
      named('user flow', customers)('customers', 'userFlows', index, 'id'),
    ),
    ...items(at('access', 'permissionSets')).flatMap(([index]) => set('access', 'permissionSets', index, 'name')),
  ];
}

const items = (value: unknown): readonly (readonly [index: number, item: unknown])[] =>
  Array.isArray(value) ? value.map((item: unknown, index) => [index, item] as const) : [];

/** Names are compared without regard to case, as Azure, Entra ID and IAM Identity Center do. */
function thingWithin(estate: unknown, what: string, where: unknown) {
  return (...at: Path): readonly Thing[] => {
    const name = valueAt(estate, at);
    if (typeof where !== 'string' || typeof name !== 'string') return [];
    return [{ what, key: JSON.stringify([what, where, name]).toLowerCase(), at }];
  };
}
