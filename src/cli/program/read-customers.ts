import { join } from 'node:path';
import type { Customers } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { readEstate } from './estate';
import type { EstateOptions } from './chosen-estate';

/** Reads an estate that has customers. @throws Error with all its errors, or if it has none */
export function readCustomers(options: EstateOptions): { readonly estate: Estate; readonly customers: Customers } {
  const { folder, plan } = readEstate(options);
  const { estate } = plan;
  const { customers } = estate;
  if (customers !== undefined) return { estate, customers };
  throw new Error(`${join(folder, ESTATE_FILE)}: has no section 'customers', so there is no customer application`);
}
