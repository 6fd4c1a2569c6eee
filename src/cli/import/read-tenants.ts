import { TEMPLATES } from '../../../constructs/entra/aws-templates';
import { type Directory, type DirectoryName, openDirectory } from '../../clouds/graph/directory';
import { readCustomersTenant } from '../../clouds/graph/tenant/read-customers-tenant';
import { readWorkforceTenant } from '../../clouds/graph/tenant/read-workforce-tenant';
import type { FoundApplication } from '../../clouds/facts/trust-facts';
import type { CustomersTenant } from '../../clouds/facts/tenant-facts';
import type { Tenants } from '../../import/entra/entra-estate';

/** Ids of the directories to read. */
export interface TenantIds {
  /** The tenant of the organization's own people. */
  readonly workforce?: string | undefined;
  /** The directory of the customers. */
  readonly customers?: string | undefined;
}

export interface TenantsOptions {
  readonly tenants: TenantIds;
  /** Display name, client id or object id of the AWS application. @default the only one */
  readonly application?: string | undefined;
  /** Applications of the customers that are imported. @throws Error where that takes a choice */
  readonly chosen: (directory: Omit<CustomersTenant, 'trusts'>) => readonly FoundApplication[];
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (text: string) => void;
}

/** Reads the directories that are named. @throws TenantError if what an estate can't do without can't be read */
export async function readTenants({ tenants, ...options }: TenantsOptions): Promise<Tenants> {
  const templates = { gallery: TEMPLATES.gallery.id, nonGallery: TEMPLATES['non-gallery'].id };
  const { environment } = options;
  const open = (name: DirectoryName): Directory | undefined => {
    const tenantId = tenants[name];
    return tenantId === undefined ? undefined : openDirectory(name, tenantId, environment);
  };
  const workforce = await within(open('workforce'), (one) => readWorkforceTenant(one, { ...options, templates }));
  const customers = await within(open('customers'), (one) => readCustomersTenant(one, options));
  return { ...(workforce && { workforce }), ...(customers && { customers }) };
}

/** Reads a directory that is open, and closes it. */
async function within<T>(
  directory: Directory | undefined,
  read: (one: Directory) => Promise<T>,
): Promise<T | undefined> {
  try {
    return directory && (await read(directory));
  } finally {
    directory?.close();
  }
}
