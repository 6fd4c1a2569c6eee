import type { Reading } from '../../reading';

/** A directory could not be read, or not be understood without a choice. */
export class TenantError extends Error {
  override readonly name = 'TenantError';
}

/** Value of a reading without which nothing can be imported. @throws TenantError that names what is missing, and who grants it */
export function needed<T>(reading: Reading<T>, what: string, tenantId: string): T {
  if (reading.state === 'known') return reading.value;
  if (reading.state === 'failed')
    throw new TenantError(`can't read ${what} in the directory ${tenantId}: ${reading.reason}`);
  throw new TenantError(
    `can't read ${what} in the directory ${tenantId}: the identity that signs in lacks ${reading.permission}. ${GRANT}`,
  );
}

const GRANT =
  'A Privileged Role Administrator grants it to the application (Entra admin center: App registrations > API permissions > ' +
  'Grant admin consent); npx --no entra-aws sign-in bootstrap makes one that has them';
