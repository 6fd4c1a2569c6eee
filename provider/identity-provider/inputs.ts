import { z } from 'zod';
import { SOCIAL_PROVIDERS } from '../limits';
import { secretRules, Text } from '../inputs';
import type { Failure } from '../resource';
import { present, type Properties } from '../values';

const PROVIDER_KINDS = ['social', 'apple', 'openIdConnect', 'oidc'] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

const Claims = z.strictObject({
  userId: Text,
  displayName: Text,
  email: Text.optional(),
  givenName: Text.optional(),
  surname: Text.optional(),
});

export const IdentityProviderInputs = z.strictObject({
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
export type IdentityProviderInputs = z.infer<typeof IdentityProviderInputs>;

type Key = keyof IdentityProviderInputs;

/** Inputs that each kind needs, beside name and secret; it takes no other. */
export const KEYS_OF: Readonly<Record<ProviderKind, readonly Key[]>> = {
  social: ['identityProviderType', 'clientId'],
  apple: ['developerId', 'serviceId', 'keyId'],
  openIdConnect: ['clientId', 'metadataUrl', 'scope', 'claims'],
  oidc: ['clientId', 'issuer', 'metadataUrl', 'scope', 'claims'],
};
const EVERY: readonly Key[] = ['kind', 'displayName', 'secret', 'secretVersion'];

/** Fills in nothing: Graph has no defaults. */
export function withDefaults(inputs: Properties): Properties {
  return present(inputs);
}

/** Rules that the shape does not say: the keys of the kind, and a secret with its version. */
export function identityProviderRules(inputs: Properties): readonly Failure[] {
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
