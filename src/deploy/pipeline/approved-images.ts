import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ImageRegistry, type TaggedImage } from '../../clouds/aws/read-images';
import { type ImageAsset, imageAssets } from './image-assets';
import { parseWritten } from './written-file';

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
  const written = { file, text: readFileSync(file, 'utf8'), command: 'npx --no entra-aws ci publish-images' };
  return parseWritten(z.array(PublishedImage), written);
}

/** The images of the tags as the registry has them now, in the order given. @throws Error where a tag could be moved */
export async function registeredImages(assets: readonly ImageAsset[]): Promise<readonly (TaggedImage | undefined)[]> {
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

const START_AGAIN = 'Start a new run of all jobs, and approve what it shows.';

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
