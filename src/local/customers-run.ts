import type { Customers } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import { customers as program } from '../../stacks/entra/customers';
import { runProgram } from '../preview/engine/run-program';
import { registrationsOf } from './registrations';
import type { LocalRegistrations } from './registrations-file';

export interface CustomersRunOptions {
  readonly estate: Estate;
  readonly customers: Customers;
  /** Stand-in for each client secret that the program registers. */
  readonly clientSecret: string;
  readonly now: Date;
}

/** Runs the customers program without an engine: what it does not register is not there. @throws Error if it fails */
export async function runCustomers(options: CustomersRunOptions): Promise<LocalRegistrations> {
  const { estate, now } = options;
  const run = await runProgram({ name: 'customers', program }, estate, { now });
  if (run.failure !== undefined) throw new Error(`The customers program can't be deployed: ${run.failure}`);
  return registrationsOf(run, options);
}
