import { SOCIAL_PROVIDERS } from '../../../../provider/limits';

/** Types of identity providers. */
export const PROVIDER_TYPES = [
  'apple',
  'openIdConnect',
  ...(Object.keys(SOCIAL_PROVIDERS) as (keyof typeof SOCIAL_PROVIDERS)[]),
] as const;
export type ProviderType = (typeof PROVIDER_TYPES)[number];

/** Types that External ID has: 'Identity providers for external tenants'. */
export const EXTERNAL_PROVIDERS: readonly ProviderType[] = ['apple', 'facebook', 'google', 'openIdConnect'];

/** Name of a social type at Graph; undefined for Apple and OpenID Connect. */
export function socialType(type: ProviderType): (typeof SOCIAL_PROVIDERS)[keyof typeof SOCIAL_PROVIDERS] | undefined {
  return type === 'apple' || type === 'openIdConnect' ? undefined : SOCIAL_PROVIDERS[type];
}

/** Id that a directory gives a provider; undefined for OpenID Connect, where it draws one. */
export function providerIdOf(type: ProviderType): string | undefined {
  const social = socialType(type);
  if (social !== undefined) return `${social}-OAUTH`;
  return type === 'apple' ? 'Apple-Managed-OIDC' : undefined;
}

/** Keys of the estate that only some types take. */
export const PROVIDER_KEYS = ['clientId', 'developerId', 'serviceId', 'keyId', 'metadataUrl', 'issuer'] as const;
type ProviderKey = (typeof PROVIDER_KEYS)[number];

/** Those that a type needs; it takes no other. */
export function providerKeys(type: ProviderType, directoryType: 'b2c' | 'external-id'): readonly ProviderKey[] {
  if (type === 'apple') return ['developerId', 'serviceId', 'keyId'];
  if (type !== 'openIdConnect') return ['clientId'];
  return directoryType === 'b2c' ? ['clientId', 'metadataUrl'] : ['clientId', 'metadataUrl', 'issuer'];
}

/** Name of a provider where the estate gives it none. */
export function providerTitle(type: ProviderType): string {
  return socialType(type) ?? (type === 'apple' ? 'Apple' : 'OpenID Connect');
}
