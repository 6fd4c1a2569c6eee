import type { Customers } from '../model/customers';
import type { Estate } from '../model/estate';
import type { EstateFolder } from '../model/estate-folder';
import { ESTATE_FILE } from '../model/estate-folder';
import { planEstate } from '../model/estate-plan';
import { formatFinding } from '../model/finding';

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
