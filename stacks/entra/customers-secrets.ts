import * as pulumi from '@pulumi/pulumi';
import type { ConfigSecrets } from '../../constructs/entra/identity-providers';
import type { Customers } from '../../src/estate/sections/customers/customers';
import { secretKeysOf } from '../../src/estate/sections/customers/secret-keys';
import { readCredentialsWay } from './credentials';
import { isConfigSecret } from './scim-token';

/**
 * Secrets of identity providers and API connectors by their keys in the stack's configuration; none where the directory keeps
 * those that it has.
 *
 * @throws RunError with every one that is missing, or in plain
 */
export function requireCustomersSecrets(section: Customers): ConfigSecrets | undefined {
  if (readCredentialsWay() === 'kept') return undefined;
  const config = new pulumi.Config();
  const keys = secretKeysOf(section);
  const problems = keys.flatMap((key) => {
    const set = `set it by \`pulumi config set --secret ${key}\``;
    if (config.get(key) === undefined) return [`config ${key}: is missing; ${set}`];
    if (isConfigSecret(`${config.name}:${key}`)) return [];
    return [`config ${key}: is in plain in the stack's file; make another secret where it is used, and ${set}`];
  });
  if (problems.length > 0) throw new pulumi.RunError(problems.join('\n'));
  return new Map(keys.map((key) => [key, config.requireSecret(key)]));
}
