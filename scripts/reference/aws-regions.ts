import { RegionInfo } from 'aws-cdk-lib/region-info';

/** Text of `src/estate/source/aws-regions.json`: the Regions that the CDK knows, and so can synthesise for. */
export function awsRegions(): string {
  const regions = RegionInfo.regions.map(({ name, partition, isOptInRegion }) => ({
    name,
    partition,
    isOptIn: isOptInRegion,
  }));
  return `${JSON.stringify(regions, null, 2)}\n`;
}
