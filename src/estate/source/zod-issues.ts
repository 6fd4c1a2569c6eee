import type { z } from 'zod';
import { faultsOf } from '../../text/zod-faults';
import type { Issue } from './finding';
import { FINDING_CODES } from './finding-codes';

/**
 * Turns what zod found into issues with the given value and what is allowed. A check of a schema may give its issue a code, so
 * that a fault has the same one whether the schema or a check finds it.
 */
export function issuesOf(error: z.ZodError, schema: z.ZodType, value: unknown): readonly Issue[] {
  return faultsOf(error, schema, value).map(({ kind, code, ...fault }) => ({
    severity: 'error',
    code: FINDING_CODES.find((known) => known === code) ?? kind,
    ...fault,
  }));
}
