import { z } from 'zod';
import { bareName, typeName } from '../graph/steps';
import { Text } from '../inputs';
import { SOCIAL_PROVIDERS } from '../limits';
import type { Context, Failure, ResourceType } from '../resource';
import { type SecretGoal, secretRules, secretType } from '../secrets';
import { isProperties, present, type Properties, satisfies, textOf } from '../values';

const PROVIDER_KINDS = ['social', 'apple', 'openIdConnect', 'oidc'] as const;
type ProviderKind = (typeof PROVIDER_KINDS)[number];

const Claims = z.strictObject({
  userId: Text,
  displayName: Text,
  email: Text.optional(),
  givenName: Text.optional(),
  surname: Text.optional(),
});

const IdentityProviderInputs = z.strictObject({
  kind: z.enum(PROVIDER_KINDS),
  displayName: Text,
  identityProviderType: z.enum(Object.values(SOCIAL_PROVIDERS)).optional(),
  clientId: Text.optional(),
  developerId: Text.optional(),
  serviceId: Text.optional(),
  keyId: Text.optional(),
  metadataUrl: Text.optional(),
  issuer: Text.optional(),
  scope: Text.optional(),
  claims: Claims.optional(),
  secret: Text.optional(),
  secretVersion: Text.optional(),
});
type IdentityProviderInputs = z.infer<typeof IdentityProviderInputs>;

type Key = keyof IdentityProviderInputs;

/** Inputs that each kind needs, beside name and secret; it takes no other. */
const KEYS_OF: Readonly<Record<ProviderKind, readonly Key[]>> = {
  social: ['identityProviderType', 'clientId'],
  apple: ['developerId', 'serviceId', 'keyId'],
  openIdConnect: ['clientId', 'metadataUrl', 'scope', 'claims'],
  oidc: ['clientId', 'issuer', 'metadataUrl', 'scope', 'claims'],
};
const EVERY: readonly Key[] = ['kind', 'displayName', 'secret', 'secretVersion'];

/** Rules that the shape does not say: the keys of the kind, and a secret with its version. */
function identityProviderRules(inputs: Properties): readonly Failure[] {
  const kind = PROVIDER_KINDS.find((one) => one === inputs['kind']);
  if (kind === undefined) return [];
  const needed = KEYS_OF[kind];
  const has = (key: string): boolean => inputs[key] !== undefined;
  return [
    ...needed
      .filter((key) => !has(key))
      .map((property) => ({ property, reason: `is missing; kind '${kind}' needs ${needed.join(', ')}` })),
    ...Object.keys(inputs)
      .filter((key) => has(key) && ![...EVERY, ...needed].includes(key as Key))
      .map((property) => ({ property, reason: `does not apply to kind '${kind}'; it takes ${needed.join(', ')}` })),
    ...secretRules(inputs),
  ];
}

/** Form that Graph has of a kind of identity provider. */
interface Kind {
  /** Type of Graph, without namespace. */
  readonly type: string;
  /** Version of Graph that knows the type. */
  readonly version: 'v1.0' | 'beta';
  /** Properties of Graph, without the secret. */
  readonly bodyOf: (inputs: IdentityProviderInputs) => Properties;
  /** The property of Graph that holds the secret. It is written and never told. */
  readonly secretOf: (secret: string) => Properties;
  /** Inputs, from what Graph answers. */
  readonly inputsOf: (found: Properties) => Properties;
}

/**
 * Types of identity providers: 'Create identityProvider' of Microsoft Graph. `openIdConnect` is of Azure AD B2C, `oidc` of
 * External ID, both in the beta API alone; both use a code that comes back by `form_post`.
 */
const KINDS: Readonly<Record<ProviderKind, Kind>> = {
  social: {
    type: 'socialIdentityProvider',
    version: 'v1.0',
    bodyOf: ({ identityProviderType, clientId }) => ({ identityProviderType, clientId }),
    secretOf: (clientSecret) => ({ clientSecret }),
    inputsOf: ({ identityProviderType, clientId }) => ({ identityProviderType, clientId }),
  },
  apple: {
    type: 'appleManagedIdentityProvider',
    version: 'v1.0',
    bodyOf: ({ developerId, serviceId, keyId }) => ({ developerId, serviceId, keyId }),
    secretOf: (certificateData) => ({ certificateData }),
    inputsOf: ({ developerId, serviceId, keyId }) => ({ developerId, serviceId, keyId }),
  },
  openIdConnect: {
    type: 'openIdConnectIdentityProvider',
    version: 'beta',
    bodyOf: ({ clientId, metadataUrl, scope, claims }) => ({
      clientId,
      metadataUrl,
      scope,
      responseType: 'code',
      responseMode: 'form_post',
      claimsMapping: claims && renamed(claims, (claim) => claim),
    }),
    secretOf: (clientSecret) => ({ clientSecret }),
    inputsOf: ({ clientId, metadataUrl, scope, claimsMapping }) => ({
      clientId,
      metadataUrl,
      scope,
      claims: claimsIn(claimsMapping, (name) => name),
    }),
  },
  oidc: {
    type: 'oidcIdentityProvider',
    version: 'beta',
    bodyOf: ({ clientId, issuer, metadataUrl, scope, claims }) => ({
      clientId,
      issuer,
      wellKnownEndpoint: metadataUrl,
      scope,
      responseType: 'code',
      inboundClaimMapping: claims && renamed(claims, (claim) => INBOUND[claim]),
    }),
    secretOf: (clientSecret) => ({
      clientAuthentication: { '@odata.type': typeName('oidcClientSecretAuthentication'), clientSecret },
    }),
    inputsOf: ({ clientId, issuer, wellKnownEndpoint, scope, inboundClaimMapping }) => ({
      clientId,
      issuer,
      metadataUrl: wellKnownEndpoint,
      scope,
      claims: claimsIn(inboundClaimMapping, (name) => INBOUND[name]),
    }),
  },
};

const CLAIMS = ['userId', 'displayName', 'email', 'givenName', 'surname'] as const;
type Claim = (typeof CLAIMS)[number];

/** Names that External ID has for them: 'oidcInboundClaimMappingOverride resource type'. */
const INBOUND: Readonly<Record<Claim, string>> = {
  userId: 'sub',
  displayName: 'name',
  email: 'email',
  givenName: 'given_name',
  surname: 'family_name',
};

/** Every claim, since a PATCH keeps those that it does not name: null takes one away. */
function renamed(claims: NonNullable<IdentityProviderInputs['claims']>, nameOf: (claim: Claim) => string): Properties {
  return Object.fromEntries(CLAIMS.map((claim) => [nameOf(claim), claims[claim] ?? null]));
}

function claimsIn(mapping: unknown, nameOf: (claim: Claim) => string): Properties | undefined {
  if (!isProperties(mapping)) return undefined;
  return present(Object.fromEntries(CLAIMS.map((claim) => [claim, mapping[nameOf(claim)] ?? undefined])));
}

/** The kind of a provider of Graph; undefined for the accounts that a directory keeps itself. */
function kindOf(found: Properties): ProviderKind | undefined {
  const type = bareName(found['@odata.type']).toLowerCase();
  return (Object.keys(KINDS) as ProviderKind[]).find((kind) => KINDS[kind].type.toLowerCase() === type);
}

/** Identity providers of a directory of customers: https://learn.microsoft.com/graph/api/resources/identityproviderbase */
export const identityProvider: ResourceType<IdentityProviderInputs> = {
  schema: IdentityProviderInputs,
  replaceOn: ['kind', 'identityProviderType'],
  whole: ['claims'],
  // Graph has no defaults.
  withDefaults: present,
  rules: identityProviderRules,
  ...secretType<IdentityProviderInputs>({
    secrets: ['secret'],
    what: ({ displayName }) => `the identity provider '${displayName}'`,
    // Graph refuses a second one of the other kinds.
    mayBeTwo: ({ kind }) => kind === 'openIdConnect' || kind === 'oidc',
    pathOf: (id, inputs) => pathOf(id, inputs?.kind),
    find: findProvider,
    post,
    converge,
    told,
  }),
};

/** Graph's beta version knows every kind, v1.0 some. */
function collectionOf(kind?: ProviderKind): string {
  return `/${kind === undefined ? 'beta' : KINDS[kind].version}/identity/identityProviders`;
}

function pathOf(id: string, kind?: ProviderKind): string {
  return `${collectionOf(kind)}/${encodeURIComponent(id)}`;
}

/** A directory has a social provider of a type, and Apple, once. Of OpenID Connect ones name and client tell them apart. */
async function findProvider({ graph }: Context, inputs: IdentityProviderInputs): Promise<Properties | undefined> {
  const { kind, displayName, clientId, identityProviderType } = inputs;
  const all = await graph.list(collectionOf(kind), { missing: 'lags' });
  return all
    .filter((one) => kindOf(one) === kind)
    .find((one) => {
      if (kind === 'social') return one['identityProviderType'] === identityProviderType;
      return kind === 'apple' || (one['displayName'] === displayName && one['clientId'] === clientId);
    });
}

async function post({ graph }: Context, inputs: IdentityProviderInputs): Promise<Properties> {
  const { secret, kind, displayName } = inputs;
  if (secret === undefined) {
    throw new Error(
      `the directory has no identity provider '${displayName}', and Graph makes none without its secret; give secret and secretVersion`,
    );
  }
  const body = { ...bodyOf(inputs), ...KINDS[kind].secretOf(secret) };
  return graph.send({ method: 'POST', path: collectionOf(kind), body, once: true, missing: 'lags' });
}

function bodyOf(inputs: IdentityProviderInputs): Properties {
  const { type, bodyOf: propertiesOf } = KINDS[inputs.kind];
  return present({
    '@odata.type': typeName(type),
    displayName: inputs.displayName,
    ...propertiesOf(inputs),
  });
}

/** Makes an existing provider as declared, and waits until it reads so. */
async function converge(
  { graph, waiter }: Context,
  { id, inputs, isSecretNew }: SecretGoal<IdentityProviderInputs>,
): Promise<void> {
  const { kind, secret, displayName } = inputs;
  const path = pathOf(id, kind);
  const { '@odata.type': type, ...wanted } = bodyOf(inputs);
  let secretLeft = isSecretNew && secret !== undefined ? KINDS[kind].secretOf(secret) : {};
  await waiter.until(`the identity provider '${displayName}' as declared`, async () => {
    const found = await graph.send({ method: 'GET', path, missing: 'lags' });
    const differing = Object.entries(wanted).filter(([key, value]) => !satisfies(found[key], value));
    const changes = { ...Object.fromEntries(differing), ...secretLeft };
    if (Object.keys(changes).length === 0) return true;
    await graph.send({ method: 'PATCH', path, body: { '@odata.type': type, ...changes }, missing: 'lags' });
    secretLeft = {};
    return differing.length === 0 ? true : undefined;
  });
}

function told(found: Properties, id: string): Properties {
  const kind = kindOf(found);
  if (kind === undefined) {
    throw new Error(
      `the identity provider '${id}' is of the type '${textOf(found['@odata.type'])}', which every directory has`,
    );
  }
  return present({ kind, displayName: textOf(found['displayName']), ...KINDS[kind].inputsOf(found) });
}
