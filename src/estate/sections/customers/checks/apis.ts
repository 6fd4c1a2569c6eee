import { quotedList } from '../../../../text/suggest';
import type { FindingCode } from '../../../source/finding-codes';
import { RESOURCE_ID } from '../../limits';
import { duplicates, error, type Issues, repeated } from '../../shared/issue';
import { isHttps } from '../provider-schema';
import type { CustomExtension, DeclaredConnector, DeclaredProvider, DirectoryType } from '../customers';
import { EXTERNAL_PROVIDERS, PROVIDER_KEYS, providerIdOf, providerKeys } from '../provider-types';

/** Keys that an item takes. */
interface Keys<Key> {
  readonly code: FindingCode;
  /** Keys that some items take. */
  readonly all: readonly Key[];
  readonly needed: readonly Key[];
  /** Keys that may be absent. @default none */
  readonly optional?: readonly Key[];
  /** Value that decides which keys apply. */
  readonly kind: string;
  /** Sentence on the keys that apply. */
  readonly allowed: string;
}

function* checkKeys<Key extends string>(
  item: { readonly at: readonly (string | number)[] } & Readonly<Partial<Record<Key, unknown>>>,
  { code, all, needed, optional = [], kind, allowed }: Keys<Key>,
): Issues {
  for (const key of all) {
    const at = [...item.at, key];
    const isNeeded = needed.includes(key);
    const isGiven = item[key] !== undefined;
    if (isNeeded && !isGiven) yield error(code, at, { aboutKey: true, problem: `'${key}' is missing`, allowed });
    if (isGiven && !isNeeded && !optional.includes(key))
      yield error(code, at, {
        aboutKey: true,
        problem: `does not apply to ${kind}`,
        allowed: `remove the key; ${allowed}`,
      });
  }
}

/** APIs that B2C user flows call: names in the portal, and keys. */
export function* checkApiConnectors(connectors: readonly DeclaredConnector[], directoryType: DirectoryType): Issues {
  if (directoryType !== 'b2c' && connectors.length > 0)
    yield error('api-connector', ['customers', 'apiConnectors'], {
      aboutKey: true,
      problem: 'is of B2C user flows; External ID calls APIs by customers.customExtensions',
      allowed: 'remove the key',
    });
  const titles = connectors.map(({ at, name, displayName }) => ({
    at: [...at, displayName === undefined ? 'name' : 'displayName'],
    text: displayName ?? name,
  }));
  yield* duplicates('api-connector', titles, {
    problem: 'is the name of two API connectors in the portal',
    allowed: 'each once: it is found again by it',
  });
  for (const connector of connectors) {
    const { authentication: kind } = connector;
    const isBasic = kind === 'basic';
    yield* checkKeys(connector, {
      code: 'api-connector-keys',
      all: ['username', 'passphrase'],
      needed: isBasic ? ['username'] : [],
      optional: isBasic ? [] : ['passphrase'],
      kind,
      allowed: `authentication: ${kind} takes ${isBasic ? 'username and secret' : 'secret and passphrase'}`,
    });
  }
}

/** The event of each key that applies to one alone. */
const OF_EVENT = [
  ['claims', 'tokenIssuanceStart', 'tokenIssuanceStart gives tokens claims'],
  ['behaviorOnError', 'otpSend', 'otpSend sends a code, which Microsoft can send too'],
] as const;

/** APIs that an external tenant calls: one for each event, with the registrations that stand for them. */
export function* checkCustomExtensions(extensions: readonly CustomExtension[], directoryType: DirectoryType): Issues {
  if (directoryType === 'b2c' && extensions.length > 0)
    yield error('custom-extension', ['customers', 'customExtensions'], {
      aboutKey: true,
      problem: 'is of External ID; user flows of B2C call customers.apiConnectors',
      allowed: 'remove the key',
    });
  for (const { item, first } of repeated(extensions, ({ event }) => event))
    yield error('custom-extension', [...item.at, 'event'], {
      value: item.event,
      problem: `is already the event of '${first.name}'`,
      allowed: 'one API for each event',
      related: [[...first.at, 'event']],
    });
  for (const extension of extensions) {
    yield* checkHost(extension);
    for (const [key, only, reason] of OF_EVENT)
      if (extension[key] !== undefined && extension.event !== only)
        yield error('custom-extension', [...extension.at, key], {
          aboutKey: true,
          problem: `does not apply to ${extension.event}`,
          allowed: `remove the key; ${reason}`,
        });
  }
}

/** The service compares the two hosts: 'Create a custom authentication extension', application ID URI. */
function* checkHost({ at, url, resourceId }: CustomExtension): Issues {
  if (!isHttps(url) || !RESOURCE_ID.test(resourceId)) return;
  const [host, named] = [new URL(url).host, resourceId.split('/')[2]?.toLowerCase().replace(/:443$/, '')];
  if (host !== named)
    yield error('custom-extension', [...at, 'resourceId'], {
      value: resourceId,
      problem: 'is of another host than the API',
      allowed: `api://${host}/…, or a url of that host`,
    });
}

/** Identity providers of the directory: one of a type, and what each type needs and takes. */
export function* checkIdentityProviders(providers: readonly DeclaredProvider[], directoryType: DirectoryType): Issues {
  const single = providers.filter(({ type }) => providerIdOf(type) !== undefined);
  for (const { item, first } of repeated(single, ({ type }) => type))
    yield error('identity-provider', [...item.at, 'type'], {
      value: item.type,
      problem: `is already the type of '${first.name}'`,
      allowed: 'one provider of each social type and of apple: a directory has one',
      related: [[...first.at, 'type']],
    });
  for (const provider of providers) {
    const { at, type } = provider;
    if (directoryType === 'external-id' && !EXTERNAL_PROVIDERS.includes(type))
      yield error('external-id-provider', [...at, 'type'], {
        value: type,
        problem: 'is not a type of identity provider in External ID',
        allowed: `${quotedList(EXTERNAL_PROVIDERS)}; others by openIdConnect`,
      });
    const needed = providerKeys(type, directoryType);
    const allowed = `type: ${type} takes ${needed.join(', ')}`;
    yield* checkKeys(provider, { code: 'identity-provider-keys', all: PROVIDER_KEYS, needed, kind: type, allowed });
  }
}
