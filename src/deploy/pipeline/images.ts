import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { partitionOf } from '../../estate/source/aws-regions';
import { readWritten } from './written-file';
import { ImageRegistry, type TaggedImage } from '../../clouds/aws/read-images';
import { logLines } from './log-lines';
import { runEngine } from '../steps/child-processes';

/** An image that a stack runs, as the CDK wrote it into the assembly. */
interface ImageAsset {
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
function imageManifest(assembly: string, stack: string): z.output<typeof Manifest> | undefined {
  const file = join(assembly, `${stack}.assets.json`);
  if (!existsSync(file)) return undefined;
  return readWritten(Manifest, file, 'npx --no cdk synth --quiet');
}

/** Images of a stack, by their names. */
function imageAssets(assembly: string, stack: string): readonly ImageAsset[] {
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

const PublishedImage = z.strictObject({
  /** `Customer application: web` */
  name: z.string(),
  repository: z.string(),
  /** Hash of all that the image is built from. */
  tag: z.string(),
  digest: z.string(),
  pushedAt: z.iso.datetime(),
  /** True if this run built it; otherwise an earlier one did, from the same sources. */
  isNew: z.boolean(),
});
/** An image as it was published before anybody approved. */
export type PublishedImage = Readonly<z.infer<typeof PublishedImage>>;

/** File of the images, beside the answers of the engines. */
export function imagesFile(folder: string): string {
  return join(folder, 'images.json');
}

/** Images that were published for an approval; undefined where none were. @throws Error naming a file that is none */
export function readPublishedImages(folder: string): readonly PublishedImage[] | undefined {
  const file = imagesFile(folder);
  if (!existsSync(file)) return undefined;
  return readWritten(z.array(PublishedImage), file, 'npx --no entra-aws ci publish-images');
}

/** The images of the tags as the registry has them now, in the order given. @throws Error where a tag could be moved */
async function registeredImages(assets: readonly ImageAsset[]): Promise<readonly (TaggedImage | undefined)[]> {
  const images: (TaggedImage | undefined)[] = [];
  for (const { repository: name, region, roleArn, tag } of assets) {
    const registry = new ImageRegistry({ name, region, roleArn });
    try {
      const mutability = await registry.tagMutability();
      if (mutability !== 'IMMUTABLE') {
        throw new Error(
          `the repository ${name} must have the tag mutability IMMUTABLE, got ${mutability}: a tag could be moved to another image after the approval. Run 'cdk bootstrap' for the account and Region again, which sets it`,
        );
      }
      images.push(await registry.image(tag));
    } finally {
      registry.close();
    }
  }
  return images;
}

/** Advice where a deployment would not do what was approved. */
export const START_AGAIN = 'Start a new run of all jobs, and approve what it shows.';

/**
 * Compares the images of a stack with those that were approved: the hashes of their sources with those in the assembly, and their
 * digests with those in the registry.
 *
 * @returns what was compared, a line each
 * @throws Error that says what differs
 */
export async function checkImages(
  stack: string,
  { assembly, folder }: { readonly assembly: string; readonly folder: string },
): Promise<readonly string[]> {
  const assets = imageAssets(assembly, stack);
  if (assets.length === 0) return [];
  const approved = readPublishedImages(folder);
  if (approved === undefined) {
    throw new Error(
      `${stack}: no image was approved: ${imagesFile(folder)} is missing, which the job that publishes images writes. Nothing of the stack was deployed. Run 'npx --no entra-aws upgrade' if the pipeline has no such job, then start a new run of all jobs.`,
    );
  }
  const now = await registeredImages(assets);
  return assets.map((asset, index) => {
    const shown = approved.find(({ name }) => name === asset.name);
    refuse(stack, `${asset.name}, hash of its sources`, [shown?.tag, asset.tag]);
    refuse(stack, `${asset.name}, digest`, [shown?.digest, now[index]?.digest]);
    return `${asset.name}: ${String(shown?.digest)} as it was approved`;
  });
}

function refuse(stack: string, what: string, [approved, now]: readonly [string | undefined, string | undefined]): void {
  if (approved !== undefined && approved === now) return;
  throw new Error(
    `${stack} would run another image than was approved. Nothing of it was deployed. ${START_AGAIN}\n${what}\nApproved: ${approved ?? 'none'}\nNow: ${now ?? 'none'}`,
  );
}

/**
 * Builds the images of a stack that the registry lacks, publishes them, and reads what the registry has then.
 *
 * @throws Error where one could not be published
 */
export async function publishImages(assembly: string, stack: string): Promise<readonly PublishedImage[]> {
  const assets = imageAssets(assembly, stack);
  const before = await registeredImages(assets);
  if (before.some((image) => image === undefined)) publish(assembly, stack);
  const after = await registeredImages(assets);
  return assets.map(({ name, repository, tag }, index) => {
    const image = after[index];
    if (image === undefined) throw new Error(`${name}: ${repository} has no image ${tag}, though it was published`);
    return { name, repository, tag, ...image, isNew: before[index] === undefined };
  });
}

/**
 * Lets the CDK publish from an assembly that has the images alone: templates and files are for the job that deploys, and so are
 * the CDK's other roles.
 */
function publish(assembly: string, stack: string): void {
  // Within the assembly, since the command that builds an image finds the package from there.
  const folder = mkdtempSync(join(assembly, 'images-'));
  try {
    writeAssembly(folder, { assembly, stack });
    const options = ['--app', folder, '--exclusively', '--unstable', 'publish-assets', '--no-color'];
    // One after the other: each build bundles the applications.
    const run = runEngine({ words: ['cdk', 'publish-assets', stack, ...options, '--concurrency', '1'] });
    process.stdout.write(`${run.command}\n${logLines(`${run.stdout}\n${run.stderr}`.trim())}`);
    if (run.code !== 0)
      throw new Error(`${stack}: its images could not be published: ${run.command} ended with ${run.code}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const Assembly = z.object({
  version: z.string(),
  artifacts: z.record(z.string(), z.object({ environment: z.string().optional() })),
});

function writeAssembly(
  folder: string,
  { assembly, stack }: { readonly assembly: string; readonly stack: string },
): void {
  const { version, artifacts } = readWritten(Assembly, join(assembly, 'manifest.json'), 'npx --no cdk synth --quiet');
  const [template, assets] = [`${stack}.template.json`, `${stack}.assets`];
  const manifest = {
    version,
    artifacts: {
      [stack]: {
        type: 'aws:cloudformation:stack',
        environment: artifacts[stack]?.environment,
        properties: { templateFile: template },
        dependencies: [assets],
      },
      [assets]: { type: 'cdk:asset-manifest', properties: { file: `${assets}.json` } },
    },
  };
  const files = {
    'manifest.json': manifest,
    [template]: { Resources: {} },
    [`${assets}.json`]: { ...imageManifest(assembly, stack), files: {} },
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
}
