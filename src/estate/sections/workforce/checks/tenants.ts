import type { Customers } from '../../customers/customers';
import type { Issue, Path } from '../../../source/finding';
import type { Workforce } from '../workforce';
import { error } from '../../shared/issue';

const CUSTOMERS = ['customers', 'tenantId'];
const WORKFORCE = ['workforce', 'tenantId'];

/** The two Entra tenants must be two. `isSetAside` tells what could not be read. */
export function checkTenants(
  customers: Partial<Customers> | undefined,
  workforce: Workforce | undefined,
  isSetAside: (path: Path) => boolean,
): readonly Issue[] {
  return [
    ...checkTwoTenants(customers?.tenantId, workforce?.tenantId),
    ...(isSetAside(WORKFORCE) ? [] : checkTenantOfApplication(workforce)),
  ];
}

function checkTwoTenants(customers: string | undefined, workforce: string | undefined): readonly Issue[] {
  if (customers === undefined || customers.toLowerCase() !== workforce?.toLowerCase()) return [];
  const what = {
    value: customers,
    problem: "is also the tenant of the workforce: a customers' directory must not hold the organization's own people",
    allowed: 'two tenants',
    related: [WORKFORCE],
  };
  return [error('same-tenant', CUSTOMERS, what)];
}

function checkTenantOfApplication(workforce: Workforce | undefined): readonly Issue[] {
  const application = workforce?.awsApplication;
  if (application === undefined || workforce?.tenantId !== undefined) return [];
  const what = {
    aboutKey: true,
    problem: 'the application needs a tenant, but the workforce has none',
    allowed: 'workforce.tenantId',
  };
  return [error('missing-tenant-id', application.at, what)];
}
