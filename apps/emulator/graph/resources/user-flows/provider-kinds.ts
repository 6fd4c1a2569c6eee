import { badRequest, notImplemented } from '../../graph-error';
import type { Version } from '../../http/context';
import type { JsonObject } from '../../json';
import { findText, objectOf, textOf } from '../../json';
import type { Entity } from '../../store/store';

/** A type of identity provider: 'Create identityProvider' and 'Update identityProvider' of Microsoft Graph. */
interface ProviderKind {
  /** Type of Graph, without namespace. */
  readonly type: string;
  /** True if only `/beta` knows it. */
  readonly isBeta: boolean;
  /** Properties that a new one must have, besides the secret. */
  readonly required: readonly string[];
  /** Of those, the ones that never change. */
  readonly fixed: readonly string[];
  /** The property that is written and never told. */
  readonly secret: string;
  /** Properties that answers show in place of the secret. */
  readonly masked: JsonObject;
  readonly idOf: (body: JsonObject, draw: () => string) => string;
  /** @throws GraphError 400 */
  readonly check?: (provider: JsonObject) => void;
}

const SOCIAL_TYPES = [
  'Amazon',
  'Facebook',
  'GitHub',
  'Google',
  'LinkedIn',
  'Microsoft',
  'QQ',
  'Twitter',
  'WeChat',
  'Weibo',
];
const METADATA = /^https:\/\/\S+\/\.well-known\/openid-configuration$/;

const KINDS: readonly ProviderKind[] = [
  {
    type: 'socialIdentityProvider',
    isBeta: false,
    required: ['displayName', 'clientId', 'identityProviderType'],
    fixed: ['identityProviderType'],
    secret: 'clientSecret',
    masked: { clientSecret: '******' },
    idOf: (body) => `${textOf(body, 'identityProviderType')}-OAUTH`,
    check: (provider) => {
      if (!SOCIAL_TYPES.includes(textOf(provider, 'identityProviderType')))
        throw badRequest("Invalid value for 'identityProviderType'.");
    },
  },
  {
    type: 'appleManagedIdentityProvider',
    isBeta: false,
    required: ['displayName', 'developerId', 'serviceId', 'keyId'],
    fixed: [],
    secret: 'certificateData',
    masked: { certificateData: '******' },
    idOf: () => 'Apple-Managed-OIDC',
  },
  {
    type: 'openIdConnectIdentityProvider',
    isBeta: true,
    required: ['displayName', 'clientId', 'metadataUrl', 'scope', 'responseType', 'responseMode', 'claimsMapping'],
    fixed: [],
    secret: 'clientSecret',
    masked: { clientSecret: '******' },
    idOf: (body, draw) => `OIDC-V1-${textOf(body, 'displayName').replaceAll(' ', '_')}-${draw()}`,
    check: (provider) => {
      checkOpenId(provider, 'metadataUrl');
      const mapping = objectOf(provider, 'claimsMapping');
      for (const name of ['userId', 'displayName'])
        if (textOf(mapping, name) === '') throw badRequest(`A value is required for 'claimsMapping/${name}'.`);
    },
  },
  {
    type: 'oidcIdentityProvider',
    isBeta: true,
    required: [
      'displayName',
      'clientId',
      'issuer',
      'wellKnownEndpoint',
      'scope',
      'responseType',
      'inboundClaimMapping',
    ],
    fixed: [],
    secret: 'clientAuthentication',
    masked: { clientAuthentication: { '@odata.type': '#microsoft.graph.oidcClientSecretAuthentication' } },
    idOf: (_, draw) => draw(),
    check: (provider) => {
      checkOpenId(provider, 'wellKnownEndpoint');
      if (textOf(provider, 'issuer').includes('microsoftonline.com')) throw badRequest("Invalid value for 'issuer'.");
    },
  },
];

function checkOpenId(provider: JsonObject, metadata: string): void {
  if (!METADATA.test(textOf(provider, metadata))) throw badRequest(`Invalid value for '${metadata}'.`);
  if (!textOf(provider, 'scope').split(' ').includes('openid')) throw badRequest("Invalid value for 'scope'.");
  // External ID takes codes alone, and B2C needs no secret for the others.
  if (textOf(provider, 'responseType') !== 'code') throw notImplemented("'responseType' other than code");
}

/** Kind of a body or a stored provider. @throws GraphError 501 for a type that this version does not have */
export function kindOf(provider: JsonObject, version: Version): ProviderKind {
  const type = findText(provider, '@odata.type') ?? '';
  const kind = KINDS.find((one) => new RegExp(`^#?microsoft\\.graph\\.${one.type}$`).test(type));
  if (kind === undefined || (kind.isBeta && version === 'v1.0'))
    throw notImplemented(`identity providers of type '${type}'`);
  return kind;
}

/** @throws GraphError 400 */
export function checkProvider({ check }: ProviderKind, provider: JsonObject): void {
  check?.(provider);
}

/** Tells which providers a version shows. */
export function isKnownTo(version: Version): (provider: Entity) => boolean {
  const hidden = KINDS.filter(({ isBeta }) => isBeta && version === 'v1.0').map(
    ({ type }) => `#microsoft.graph.${type}`,
  );
  return (provider) => !hidden.includes(textOf(provider, '@odata.type'));
}
