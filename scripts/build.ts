import { join } from 'node:path';
import { bundleImages } from '../src/local/containers/bundle';
import { writeComposeFiles } from '../src/local/containers/compose-files';
import { EXIT } from '../src/cli/program/cli';
import { estateCommand, helpTail, type OptionsOf } from '../src/cli/program/define';
import { withProgress } from '../src/cli/program/progress';
import { readCustomers } from '../src/cli/program/read-customers';
import { runScript } from './run-script';

const definition = estateCommand('scripts/build.ts', 'Make what the images are built from')
  .description(
    'Makes what the images of the API, the web and the emulator are built from: each program in one file with what it needs of ' +
      "its dependencies. For compose.yaml it also writes the variables of each container, and what the estate's customers " +
      'program registers. Nothing is fetched.',
  )
  .option('--out <folder>', 'folder for the files; the Dockerfiles read dist', 'dist')
  .addHelpText('after', helpTail({ exit: ['made', 'could not be made'] }));

async function run(options: OptionsOf<typeof definition>): Promise<number> {
  const { out } = options;
  const estate = readCustomers(options);
  const folders = await withProgress(async (show) => {
    show('Bundling the applications …');
    return (await bundleImages(out)).map(({ folder }) => folder);
  });
  const { url, variables } = await writeComposeFiles(join(out, 'compose'), { ...estate, now: new Date() });
  const settings = Object.entries(variables).map(([variable, value]) => `${variable}=${value} `);
  process.stdout.write(
    [
      ...[...folders, join(out, 'compose')].map((folder) => `wrote ${folder}`),
      `${settings.join('')}docker compose up --build    then open ${url}`,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}

runScript(definition, run);
