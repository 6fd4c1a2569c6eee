import { suggestName } from '../../text/suggest';
import regions from './aws-regions.json';

const byName = new Map(regions.map((region) => [region.name, region]));

/** Partitions of AWS, each with Regions of its own: `aws`, `aws-cn`, `aws-eusc`, `aws-us-gov` and others. */
export const PARTITIONS: readonly string[] = [...new Set(regions.map(({ partition }) => partition))];

/** Codes of all Regions that the CDK knows. */
export const REGIONS: readonly string[] = [...byName.keys()];

/** Tells whether AWS has the Region, as far as the CDK knows; `npm run reference` writes the list again. */
export function isRegion(name: string): boolean {
  return byName.has(name);
}

/** Partition of a Region: `aws` for one that is not known. */
export function partitionOf(region: string): string {
  return byName.get(region)?.partition ?? 'aws';
}

/** Tells whether each account must enable the Region before anything is deployed there. */
export function isOptInRegion(region: string): boolean {
  return byName.get(region)?.isOptIn ?? false;
}

/** Right values in place of a Region that is not known: the one that was probably meant, and where newer ones are. */
export function regionAdvice(given: string): string {
  const near = suggestName(given, byName.keys());
  const newer = 'ne that AWS added later needs a newer version of this package';
  return near === undefined ? `a code such as eu-west-1; o${newer}` : `did you mean '${near}'? O${newer}`;
}
