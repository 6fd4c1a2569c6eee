import type { Customers } from './customers';

/** Keys of the stack's configuration that hold the section's secrets, each once. */
export function secretKeysOf({
  identityProviders,
  apiConnectors,
}: Pick<Customers, 'identityProviders' | 'apiConnectors'>): readonly string[] {
  const references = [
    ...identityProviders.map(({ secret }) => secret),
    ...apiConnectors.flatMap(({ secret, passphrase }) => [secret, ...(passphrase === undefined ? [] : [passphrase])]),
  ];
  return [...new Set(references.map(({ config }) => config))];
}
