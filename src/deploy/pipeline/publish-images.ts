import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type PublishedImage, registeredImages } from './approved-images';
import { imageAssets, imageManifest } from './image-assets';
import { logLines } from './log-lines';
import { runEngine } from './run-engine';
import { parseWritten } from './written-file';

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
  const file = join(assembly, 'manifest.json');
  const written = { file, text: readFileSync(file, 'utf8'), command: 'npx --no cdk synth --quiet' };
  const { version, artifacts } = parseWritten(Assembly, written);
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
