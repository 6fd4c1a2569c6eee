import * as pulumi from '@pulumi/pulumi';
import type { Customers } from '../../src/estate/sections/customers/customers';
import { readCredentialsWay } from './credentials';
import { isConfigSecret } from './scim-token';

/**
 * Secrets of the identity providers by their names, from the stack's configuration; none where the directory keeps those that
 * it has.
 *
 * @throws RunError with every one that is missing, or in plain
 */
export function requireProviderSecrets({
  identityProviders,
}: Pick<Customers, 'identityProviders'>): ReadonlyMap<string, pulumi.Output<string>> | undefined {
  if (readCredentialsWay() === 'kept') return undefined;
  const config = new pulumi.Config();
  const problems = identityProviders.flatMap(({ secret: { config: key } }) => {
    const set = `set it by \`pulumi config set --secret ${key}\``;
    if (config.get(key) === undefined) return [`config ${key}: is missing; ${set}`];
    if (isConfigSecret(`${config.name}:${key}`)) return [];
    return [`config ${key}: is in plain in the stack's file; make another secret at the provider, and ${set}`];
  });
  if (problems.length > 0) throw new pulumi.RunError(problems.join('\n'));
  return new Map(identityProviders.map(({ name, secret }) => [name, config.requireSecret(secret.config)]));
}
