import { join } from 'node:path';
import { diskFolder } from '../estate/load/estate-folder';
import { bundleImages } from '../local/containers/bundle';
import { writeComposeFiles } from '../local/containers/compose-files';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './program/cli';
import { readCustomers } from './program/read-customers';

const HELP = `npm run build [-- options]

Makes what the images of the API, the web and the emulator are built from: each program in one file with what it needs of
its dependencies. For compose.yaml it also writes the variables of each container, and what the estate's customers program
registers. Nothing is fetched.

  --estate NAME     the estate (default: the only one)
  --out FOLDER      where it goes (default: dist, which is where the Dockerfiles read)
  --estates FOLDER  where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help            show this

Exit codes: 0 made, 1 could not be made, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    out: { type: 'string', default: 'dist' },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { estates, out } = values;
  if (out === '') throw new UsageError('--out must name a folder');
  const { name } = chooseEstate({ root: estates, name: values.estate });
  const estate = readCustomers(diskFolder(estates, name));
  const folders = await bundleImages(out);
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

void runCommand(main);
