import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstateSize } from '../test/support/large-estate';
import { largeEstate } from '../test/support/large-estate';

export interface Size extends EstateSize {
  readonly assignments: number;
}

/** Estates by their assignments: two permission sets for each of five groups, in a tenth as many accounts. */
export const SIZES: readonly Size[] = [100, 1_000, 10_000, 20_000].map((assignments) => ({
  assignments,
  accounts: assignments / 10,
  groups: 5,
  setsOfGroup: 2,
}));

/** Writes the estate `large` of a size, and returns the folder of estates. */
export function writeEstate(workspace: string, size: Size): string {
  const estates = join(workspace, `estates-${size.assignments}`);
  const folder = join(estates, 'large');
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(largeEstate(size))) writeFileSync(join(folder, file), text);
  return estates;
}
