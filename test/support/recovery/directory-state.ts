import { isProperties, mappingsIn, textOf as scalarText } from '../../../provider/values';
import { type Collection, type Entity, Records, type State } from '../../../apps/emulator/graph/store/store';

/** Collections that tell what happened, not what is there. */
const HISTORY: ReadonlySet<Collection> = new Set(['deletedItems', 'directoryAudits', 'provisioningEvents']);

/** Properties that differ from run to run, whatever is declared. */
const OWN_TO_A_RUN =
  /^(?:_.*|keyId|customKeyIdentifier|secretText|hint|thumbprint|key|mailNickname|securityIdentifier|securityEnabledIdentifier)$|^(?!end).*DateTime$|^preferredTokenSigningKeyThumbprint$/;

/**
 * Reads a directory from its folder, property by property: one line each, with names in place of the ids that the directory gives.
 *
 * @throws StateError while its process runs
 */
export function readDirectory(folder: string): readonly string[] {
  const records = new Records(folder);
  try {
    return linesOf(records.state);
  } finally {
    records.close();
  }
}

function linesOf(state: State): readonly string[] {
  const collections = Object.entries(state).filter(([name]) => !HISTORY.has(name as Collection));
  const names = namesIn(Object.fromEntries(collections));
  const inWords = (text: string): string =>
    text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, (id) => names.get(id) ?? id);
  const lines = collections.flatMap(([name, entities]) =>
    entities.flatMap((entity) => propertiesOf(entity).map((line) => inWords(`${name} ${titleOf(entity)} ${line}`))),
  );
  return lines.toSorted();
}

/** Names of ids that the directory gave. */
function namesIn(state: State): ReadonlyMap<string, string> {
  const all = Object.entries(state).flatMap(([collection, entities]) =>
    entities.flatMap((entity) => namesOf(collection, entity)),
  );
  return new Map(all);
}

function namesOf(collection: string, entity: Entity): readonly (readonly [string, string])[] {
  const name = textIn(entity, 'displayName');
  const isApplication = collection === 'applications';
  return [
    [entity.id, `<${collection} ${name}>`],
    ...(isApplication ? [[textIn(entity, 'appId'), `<client id of ${name}>`] as const] : []),
    // A template gives the scope of an application a new id.
    ...(textIn(entity, 'applicationTemplateId') === '' ? [] : scopesIn(entity)),
  ];
}

function scopesIn({ api }: Entity): readonly (readonly [string, string])[] {
  const scopes = isProperties(api) ? mappingsIn(api['oauth2PermissionScopes']) : [];
  return scopes.map(({ id, value }) => [scalarText(id), `<scope ${scalarText(value)}>`]);
}

const textIn = (entity: Entity, key: string): string => {
  const value = entity[key];
  return typeof value === 'string' ? value : '';
};

const titleOf = (entity: Entity): string => textIn(entity, 'displayName') || 'of an id';

function propertiesOf(entity: Entity): readonly string[] {
  return Object.entries(entity)
    .filter(([key]) => key !== 'id' && !OWN_TO_A_RUN.test(key))
    .map(([key, value]) => `${key}: ${JSON.stringify(sorted(value))}`);
}

/** Without what is own to a run, and lists in an order of their own: the order of what parallel requests add means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  // Azuread sends an empty relay state in each update of a service principal, and none where it makes one.
  const isNone = (key: string, item: unknown): boolean => key === 'relayState' && item === '';
  const entries = Object.entries(value).filter(([key, item]) => !OWN_TO_A_RUN.test(key) && !isNone(key, item));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

const textOf = (value: unknown): string => JSON.stringify(value);

/** Lines that one directory has and the other lacks. */
export function differences(expected: readonly string[], found: readonly string[]): readonly string[] {
  const without = (all: readonly string[], others: readonly string[]): readonly string[] => {
    const left = [...others];
    return all.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  return [
    ...without(expected, found).map((line) => `- ${line}`),
    ...without(found, expected).map((line) => `+ ${line}`),
  ];
}
