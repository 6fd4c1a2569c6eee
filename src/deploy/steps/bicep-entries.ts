import type { AzureEstate } from './identity-trust-steps';

/** A file of Bicep that hands an estate's values to a deployment, by its name without the ending. */
export type Entry = 'azure' | 'entra-logs' | 'workforce' | 'customers' | 'customers-trust';

export const entryOf = (estate: string, entry: Entry): string => `bicep/${estate}/${entry}.bicep`;

/** Paths of the entries that an estate needs. */
export function entriesOf({ name, azure, workforce, customers }: AzureEstate): readonly string[] {
  const entries: readonly Entry[] = [
    'azure',
    ...(azure.logs.entra ? (['entra-logs'] as const) : []),
    ...(workforce === undefined ? [] : (['workforce'] as const)),
    ...(customers === undefined ? [] : (['customers', 'customers-trust'] as const)),
  ];
  return entries.map((entry) => entryOf(name, entry));
}
