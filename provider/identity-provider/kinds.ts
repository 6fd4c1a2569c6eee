import { isProperties, present, type Properties, textOf } from '../values';
import type { IdentityProviderInputs, ProviderKind } from './inputs';

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
export const KINDS: Readonly<Record<ProviderKind, Kind>> = {
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
      clientAuthentication: { '@odata.type': '#microsoft.graph.oidcClientSecretAuthentication', clientSecret },
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
export function kindOf(found: Properties): ProviderKind | undefined {
  const type = textOf(found['@odata.type'])
    .replace(/^#?microsoft\.graph\./, '')
    .toLowerCase();
  return (Object.keys(KINDS) as ProviderKind[]).find((kind) => KINDS[kind].type.toLowerCase() === type);
}
