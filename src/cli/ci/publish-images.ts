import { mkdirSync, rmSync } from 'node:fs';
import { imagesFile, type PublishedImage, publishImages } from '../../deploy/pipeline/images';
import { ASSEMBLY } from '../../deploy/pipeline/steps';
import { stackName } from '../../estate/plan/stacks/stacks';
import type * as commands from './options';
import { printed, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';

export async function run(options: OptionsOf<typeof commands.publishImages>): Promise<number> {
  const { name, plan } = readEstate(options);
  if (plan.estate.hosting === undefined)
    return printed(`the estate ${name} has no hosting: there is no image to publish\n`);
  const file = imagesFile(options.out);
  mkdirSync(options.out, { recursive: true });
  // Where this fails, no image of another run is taken for this one's.
  rmSync(file, { force: true });
  const images = await publishImages(ASSEMBLY, stackName(name, 'hosting'));
  await writeAtomically(file, `${JSON.stringify(images, undefined, 1)}\n`);
  return printed(images.map((image) => `${inWords(image)}\n`).join(''));
}

function inWords({ name, digest, pushedAt, isNew }: PublishedImage): string {
  return `${name}: ${digest}, ${isNew ? 'published now' : `published at ${pushedAt}`}`;
}
