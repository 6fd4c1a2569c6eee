import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { compareText } from '../estate/source/finding';
import { type Holder, holderKey } from '../estate/sections/access/holder';
import type { AdoptedAssignment } from './adopt';
import type { ImportedAccess } from './import-access';

/**
 * Checks a written estate against what was read: its text must say the section, and its expansion must be the assignments,
 * no more and no less. @throws Error otherwise, which would be a fault of the import
 */
export function verifyImport(text: string, plan: EstatePlan, imported: ImportedAccess): void {
  const written = (parse(text) as { readonly access?: unknown }).access;
  if (!isDeepStrictEqual(written, imported.access)) throw new Error('the estate file does not say what was read');
  const expanded = (plan.access?.expansion.assignments ?? []).map(({ holder, permissionSet, account }) =>
    keyOf({ holder, permissionSet, accountId: account.id }),
  );
  const expected = imported.assignments.map(keyOf).toSorted(compareText);
  if (!isDeepStrictEqual(expanded.toSorted(compareText), expected)) {
    throw new Error(`the estate would give ${expanded.length} assignments where ${expected.length} are deployed`);
  }
}

type Expanded = Omit<AdoptedAssignment, 'holder'> & { readonly holder: Holder };

function keyOf({ holder, permissionSet, accountId }: Expanded): string {
  return JSON.stringify([holderKey(holder), permissionSet, accountId]);
}
