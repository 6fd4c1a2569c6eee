import { foldersAt, gitFolder, openRevision } from '../../clouds/git/git-folder';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { ESTATE_FILE, type EstateFolder, ORGANIZATION_FILE } from '../../estate/source/estate-folder';
import type { Finding, Issue, Path } from '../../estate/source/finding';
import { parseQuietly } from '../../estate/source/json-source';
import { DEFAULT_FORGE } from '../../estate/sections/pipeline/forges/registry';
import { locate } from '../../estate/source/source-document';
import { parseYaml } from '../../estate/source/yaml-source';
import { valueAt } from '../../text/values';

/** Something that two estates must not both lay: each would change what the other made. */
interface Thing {
  /** What it is, in words. */
  readonly what: string;
  /** @default the value in the file */
  readonly name?: string;
  /** @default 'a name of its own' */
  readonly allowed?: string;
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

/** Warnings about estates of a commit whose folders are gone: one that is deployed must not get another name. */
export function renamedEstateFindings(estates: string, name: string, commit: string): readonly Finding[] {
  const revision = openRevision(estates, commit);
  if (gitFolder(revision, name).read(ESTATE_FILE).kind !== 'missing') return [];
  const here = listEstates(estates);
  const gone = foldersAt(revision).filter((one) => !here.includes(one));
  return twinFindings(
    diskFolder(estates, name),
    gone.map((one) => gitFolder(revision, one)),
    (other) => ({
      severity: 'warning',
      problem: `is of the estate ${other} too, which this change renames or removes: if ${other} is deployed, its stacks stay, and those of ${name} can't make the same again`,
      allowed: `'${other}' as the name of the folder once it is deployed`,
    }),
  );
}

/** What is wrong with a thing that another estate lays too, and what to do. */
type WordsOf = (other: string) => Pick<Issue, 'severity' | 'problem' | 'allowed'>;

/** The same where the folders are given. A file that can't be read has no findings here: its own checks name it. */
export function twinFindings(
  folder: EstateFolder,
  others: readonly EstateFolder[],
  wordsOf?: WordsOf,
): readonly Finding[] {
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
        value: first.name ?? valueAt(own.source.value, first.at),
        problem: `is the ${first.what} of the estate ${other.name} too${further}: each deployment would change what the other made`,
        allowed: first.allowed ?? 'a name of its own',
        ...wordsOf?.(other.name),
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
  return { source, things: thingsOf(source.value, parseQuietly(textOf(ORGANIZATION_FILE))) };
}

/** Names in an estate: what they name, where no two may have the same one, and their paths; `*` is every item of a list. */
type Names = readonly [what: string, where: unknown, ...paths: readonly Path[]];

function thingsOf(estate: unknown, organization: unknown): readonly Thing[] {
  const at = (...path: Path): unknown => valueAt(estate, path);
  const [workforce, customers] = [at('workforce', 'tenantId'), at('customers', 'tenantId')];
  const names: readonly Names[] = [
    ['resource group', at('azure', 'subscriptionId'), ['azure', 'resourceGroup']],
    ['storage account', 'Azure', ['azure', 'pulumiState', 'storageAccount']],
    ['key vault', 'Azure', ['azure', 'pulumiState', 'keyVault']],
    [
      'application',
      workforce,
      ['workforce', 'awsApplication', 'displayName'],
      ['emergency', 'application', 'displayName'],
    ],
    [
      'application',
      customers,
      ...['apiApplication', 'webApplication', 'stepUp'].map((key) => ['customers', key, 'displayName']),
      ...['apis', 'applications'].map((key) => ['customers', key, '*', 'displayName']),
    ],
    ['user flow', customers, ['customers', 'userFlows', '*', 'id']],
    ['user attribute', customers, ['customers', 'attributes', '*', 'name']],
    [
      'permission set',
      valueAt(organization, ['identityCenter', 'instanceArn']),
      ['access', 'permissionSets', '*', 'name'],
    ],
    ['domain', 'DNS', ['hosting', 'domain', 'name']],
  ];
  return [
    ...names.flatMap(([what, where, ...paths]) =>
      paths
        .flatMap((path) => placesOf(estate, path))
        .flatMap((place) => thing(what, where, { at: place, name: valueAt(estate, place) })),
    ),
    ...madeGroups(estate).flatMap((group) => thing('group', workforce, group)),
    ...identifierUris(estate).flatMap((uri) => thing('identifier URI', customers, uri)),
    ...oidcProviders(estate, organization),
  ];
}

/** Places in a value that a path leads to. */
function placesOf(value: unknown, path: Path, before: Path = []): readonly Path[] {
  const [key, ...rest] = path;
  if (key === undefined) return [before];
  if (key !== '*') return placesOf(value, rest, [...before, key]);
  const list = valueAt(value, before);
  return Array.isArray(list) ? list.flatMap((_, index) => placesOf(value, rest, [...before, index])) : [];
}

type Named = Pick<Thing, 'at' | 'allowed'> & { readonly name: unknown };

/** Names are compared without regard to case, as Azure, Entra ID and IAM Identity Center do. */
function thing(what: string, where: unknown, { name, ...named }: Named): readonly Thing[] {
  if (typeof where !== 'string' || typeof name !== 'string') return [];
  return [{ what, name, ...named, key: JSON.stringify([what, where, name]).toLowerCase() }];
}

/** Groups that an estate makes: of those that it adopts, another one is the owner. */
function madeGroups(estate: unknown): readonly Named[] {
  return placesOf(estate, ['workforce', 'groups', '*'])
    .filter((at) => !valueAt(estate, [...at, 'adopt']))
    .map((at) => ({ at: [...at, 'name'], name: valueAt(estate, [...at, 'name']) }));
}

/** Identifier URIs of the APIs, with those that an estate leaves to the default. */
function identifierUris(estate: unknown): readonly Named[] {
  const textAt = (path: Path): string | undefined => {
    const value = valueAt(estate, path);
    return typeof value === 'string' ? value : undefined;
  };
  const directory = textAt(['customers', 'directory']);
  if (directory === undefined) return [];
  const places = [['customers', 'apiApplication'], ...placesOf(estate, ['customers', 'apis', '*'])];
  return places
    .filter((at) => valueAt(estate, at) !== undefined)
    .map((at) => {
      const given = textAt([...at, 'identifierUri']);
      const name = given ?? `https://${directory}.onmicrosoft.com/${textAt([...at, 'name']) ?? 'api'}`;
      return { at: given === undefined ? at : [...at, 'identifierUri'], name, allowed: 'an identifierUri of its own' };
    });
}

/** Accounts in which an estate's pipeline makes the OIDC provider of its forge, of which an account can have one. */
function oidcProviders(estate: unknown, organization: unknown): readonly Thing[] {
  const at = ['pipeline'];
  const pipeline = valueAt(estate, at);
  if (pipeline === undefined) return [];
  const known = valueAt(pipeline, ['existingProviders']);
  const isDelegated = valueAt(estate, ['access', 'deployFrom']) === 'delegated-admin';
  const home = isDelegated ? ['identityCenter', 'delegatedAdministrator'] : ['organization', 'managementAccountId'];
  const accounts = [
    valueAt(estate, ['hosting', 'account']),
    ...(valueAt(estate, ['access']) === undefined ? [] : [valueAt(organization, home)]),
  ];
  const issuer = valueAt(pipeline, ['server']) ?? valueAt(pipeline, ['forge']) ?? DEFAULT_FORGE;
  return [...new Set(accounts)]
    .filter((account) => !Array.isArray(known) || !known.includes(account))
    .flatMap((name) =>
      thing('account with an OIDC provider of the forge', JSON.stringify(issuer), {
        at,
        name,
        allowed: 'the account in pipeline.existingProviders of one of them',
      }),
    );
}
