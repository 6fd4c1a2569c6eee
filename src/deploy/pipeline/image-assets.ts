import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { partitionOf } from '../../estate/source/aws-regions';
import { parseWritten } from './written-file';

/** An image that a stack runs, as the CDK wrote it into the assembly. */
export interface ImageAsset {
  /** `Customer application: web` */
  readonly name: string;
  readonly repository: string;
  readonly region: string;
  /** Hash of all that the image is built from. */
  readonly tag: string;
  /** Role that publishes it. */
  readonly roleArn: string | undefined;
}

const Destination = z.object({
  repositoryName: z.string(),
  imageTag: z.string(),
  region: z.string(),
  assumeRoleArn: z.string().optional(),
});

const Manifest = z.object({
  version: z.string(),
  dockerImages: z
    .record(
      z.string(),
      z.object({
        displayName: z.string().optional(),
        source: z.unknown(),
        destinations: z.record(z.string(), Destination),
      }),
    )
    .default({}),
});

/** Manifest of a stack's assets, as far as it is of images; undefined where the stack has none. */
export function imageManifest(assembly: string, stack: string): z.output<typeof Manifest> | undefined {
  const file = join(assembly, `${stack}.assets.json`);
  if (!existsSync(file)) return undefined;
  return parseWritten(Manifest, { file, text: readFileSync(file, 'utf8'), command: 'npx --no cdk synth --quiet' });
}

/** Images of a stack, by their names. */
export function imageAssets(assembly: string, stack: string): readonly ImageAsset[] {
  const { dockerImages = {} } = imageManifest(assembly, stack) ?? {};
  return Object.entries(dockerImages)
    .flatMap(([id, { displayName = id, destinations }]) =>
      Object.values(destinations).map(({ repositoryName: repository, imageTag: tag, region, assumeRoleArn }) => {
        // Placeholders of the CDK, which it fills in by the account that it publishes to.
        const roleArn = assumeRoleArn?.replaceAll('${AWS::Partition}', partitionOf(region));
        return { name: displayName, repository, region, tag, roleArn };
      }),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
