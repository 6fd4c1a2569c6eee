import { nameAtEngine } from '../estate/plan/stacks/stacks';
import type { Customers } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import type { CustomersOutputs } from './customers-outputs';
import { parseCustomersOutputs, readStackOutputs } from './customers-outputs';
import { checkTenant, type Handoff, handoffOf } from './handoff';
import { HandoffError } from './store';

/** Deployed directory of customers, as an application on this machine needs it. */
export interface Directory extends Handoff, Pick<CustomersOutputs, 'redirectUris'> {
  /** Name of the Pulumi stack. */
  readonly stack: string;
}

/**
 * Reads the outputs of the estate's customers program.
 *
 * @throws HandoffError if Pulumi can't read them, they lack something or are of another tenant, or the secret has ended
 */
export function readDirectory(
  { estate, customers }: { readonly estate: Estate; readonly customers: Customers },
  now: Date,
): Directory {
  const stack = nameAtEngine(estate, 'customers');
  const outputs = parseCustomersOutputs(stack, readStackOutputs(stack));
  checkTenant({ stack, customers, estateName: estate.name }, outputs);
  const { clientSecretExpires, redirectUris } = outputs;
  if (Date.parse(clientSecretExpires) > now.getTime()) return { ...handoffOf(outputs), redirectUris, stack };
  throw new HandoffError(
    `The client secret of the stack ${stack} ended on ${clientSecretExpires.slice(0, 10)}. ` +
      `Make the one that is due: pulumi up --stack ${stack} (client-secret-ended)`,
  );
}
