import { join } from 'node:path';
import { bundleImages } from '../local/containers/bundle';
import { writeComposeFiles } from '../local/containers/compose-files';
import type * as commands from './commands/local';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { withProgress } from './program/progress';
import { readCustomers } from './program/read-customers';

export async function run(options: OptionsOf<typeof commands.build>): Promise<number> {
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
