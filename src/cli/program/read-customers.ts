import type { Customers } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import type { EstateFolder } from '../../estate/source/estate-folder';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { formatFinding } from '../../estate/source/finding';

/** Reads an estate that has customers. @throws Error with all its errors, or if it has none */
export function readCustomers(folder: EstateFolder): { readonly estate: Estate; readonly customers: Customers } {
  const { estate, findings } = planEstate(folder);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map((error) => formatFinding(error));
    throw new Error(['Errors of the estate come first:', ...lines].join('\n'));
  }
  const { customers } = estate;
  if (customers !== undefined) return { estate, customers };
  throw new Error(`${folder.label}/${ESTATE_FILE}: has no section 'customers', so there is no customer application`);
}
