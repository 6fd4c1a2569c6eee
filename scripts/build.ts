import { join } from 'node:path';
import { bundleImages } from '../src/local/containers/bundle';
import { readDirectory } from '../src/handoff/directory';
import { writeComposeFiles } from '../src/local/containers/compose-files';
import { writeTenantFiles } from '../src/local/containers/tenant-files';
import { EXIT } from '../src/cli/program/cli';
import { estateCommand, type OptionsOf } from '../src/cli/program/define';
import { withProgress } from '../src/cli/program/progress';
import { readCustomers } from '../src/cli/program/read-customers';
import { runScript } from './run-script';

const definition = estateCommand('scripts/build.ts', {
  summary: 'Make what the images are built from',
  description:
    'Makes what the images of the API, the web and the emulator are built from: each program in one file with what it needs of ' +
    "its dependencies. For compose.yaml it also writes the variables of each container, and what the estate's customers " +
    'program registers. Nothing is fetched.',
  exit: ['made', 'could not be made'],
})
  .option(
    '--tenant',
    'also write what the profile tenant of compose.yaml reads, by the outputs of <estate>-customers',
    false,
  )
  .option('--out <folder>', 'folder for the files; the Dockerfiles read dist', 'dist');

async function run(options: OptionsOf<typeof definition>): Promise<number> {
  const { out } = options;
  const estate = readCustomers(options);
  const now = new Date();
  const directory = options.tenant ? readDirectory(estate, now) : undefined;
  const folders = await withProgress(async (show) => {
    show('Bundling the applications …');
    return (await bundleImages(out)).map(({ folder }) => folder);
  });
  const compose = join(out, 'compose');
  const local = await writeComposeFiles(compose, { ...estate, now });
  // Its folder is within that of the others, which others on this machine can't open.
  const { url, variables } = directory
    ? await writeTenantFiles(join(compose, 'tenant'), { ...estate, directory, now })
    : local;
  const settings = Object.entries(variables).map(([variable, value]) => `${variable}=${value} `);
  const profile = directory ? ' --profile tenant' : '';
  const service = directory ? ' tenant-web' : '';
  process.stdout.write(
    [
      ...[...folders, compose].map((folder) => `wrote ${folder}`),
      `${settings.join('')}docker compose${profile} up --build${service}    then open ${url}`,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}

runScript(definition, run);
