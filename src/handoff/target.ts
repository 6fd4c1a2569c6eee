import type { Customers } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import type { Hosting } from '../estate/sections/hosting/hosting';
import type { CustomersOutputs } from './customers-outputs';
import { HandoffError, type HandoffStore } from './store';

/** Estate whose values are handed over, and the AWS account that gets them. */
export interface Target {
  readonly estateName: string;
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly customers: Customers;
  readonly hosting: Hosting;
}

/** @throws HandoffError if the estate lacks one of the two sides */
export function targetOf({ name, customers, hosting }: Estate): Target {
  if (customers !== undefined && hosting !== undefined) {
    return { estateName: name, stack: `${name}-customers`, customers, hosting };
  }
  const lacking = customers === undefined ? 'customers' : 'hosting';
  throw new HandoffError(
    `The estate ${name} has no section ${lacking}: ids pass from the customers program to the hosting`,
  );
}

/** @throws HandoffError if the stack was deployed to another directory than that of the estate */
export function checkTenant({ stack, customers, estateName }: Target, { tenantId }: CustomersOutputs): void {
  if (tenantId.toLowerCase() === customers.tenantId.toLowerCase()) return;
  throw new HandoffError(
    `The stack ${stack} belongs to the tenant ${tenantId}, the estate ${estateName} to ${customers.tenantId}: nothing was written.\n` +
      'Choose the right backend (pulumi login) and estate; after a change of customers.tenantId, deploy the stack first.',
  );
}

/** @throws HandoffError if the AWS credentials belong to another account than the hosting's */
export async function checkAccount({ hosting, estateName }: Target, store: HandoffStore): Promise<void> {
  const account = await store.accountId();
  if (account === hosting.account) return;
  throw new HandoffError(
    `These AWS credentials belong to the account ${account}, the hosting of ${estateName} to ${hosting.account}: nothing was written.\n` +
      'Choose the right ones, by AWS_PROFILE or aws sso login.',
  );
}
