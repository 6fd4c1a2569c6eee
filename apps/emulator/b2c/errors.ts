import type { ErrorCode } from './aadb2c';
import type { Registrations } from './registrations';
import { serviceOf } from './services/service';

/** An error as the directory's own service says it, in one line. */
export function errorText(
  registrations: Pick<Registrations, 'directoryType'>,
  code: ErrorCode,
  ...values: readonly string[]
): string {
  return serviceOf(registrations).errorText(code, values);
}
