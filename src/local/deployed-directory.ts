import type { Customers } from '../estate/sections/customers/customers';
import { type LocalHost, NoHostError } from './addresses';
import type { SignIn } from './environment';

/** Deployed directory of the customers. */
export interface DeployedDirectory extends SignIn {
  /** Name of the Pulumi stack that deployed it. */
  readonly stack: string;
  /** Addresses that it sends people back to. */
  readonly redirectUris: readonly string[];
}

/** @throws NoHostError if the directory sends no one back to the host */
export function checkRegistered(
  { origin }: LocalHost,
  { customers, directory }: { readonly customers: Customers; readonly directory: DeployedDirectory },
): void {
  const { callbacks } = customers.webApplication;
  const wanted = [callbacks.signIn, callbacks.stepUp].map((path) => `${origin}${path}`);
  const lacking = wanted.filter((uri) => !directory.redirectUris.includes(uri));
  if (lacking.length === 0) return;
  throw new NoHostError(
    `The stack ${directory.stack} has no redirect URI ${lacking.join(', ')}, so the sign-in would send no one back here. ` +
      `Deploy the estate's hosts and callbacks: pulumi up --stack ${directory.stack} (redirect-uri-missing)`,
  );
}
