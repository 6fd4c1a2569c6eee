import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listEstates } from '../estate/load/estate-folder';
import { readIfThere } from '../estate/load/read-if-there';
import { checkEstateName } from '../estate/sections/shared/estate-name';
import { DEFAULT_ESTATES_FOLDER, ESTATE_FILE } from '../estate/source/estate-folder';
import { showValue } from '../estate/source/finding';
import { projectFile } from '../package/files';
import { firstFiles, manifestOf } from '../package/project/first-files';
import { type Files, managedFiles } from '../package/project/managed-files';
import { isManaged, isSameText } from '../package/project/mark';
import type * as commands from './commands/repository';
import { EXIT, UsageError, writeAtomically } from './program/cli';
import type { OptionsOf } from './program/define';
import { pipelineOptions } from './program/pipeline-options';

type Options = OptionsOf<typeof commands.init>;

const MANIFEST = 'package.json';

export async function run(options: Options): Promise<number> {
  // Whatever can't be read is known before anything is written.
  const files = Object.entries(filesFor(newName(options), options)).map(([path, text]) => {
    const given = readIfThere(projectFile(path));
    const isOurs = given === undefined || path === MANIFEST || isManaged(given);
    const isFresh = given !== undefined && isSameText(given, text);
    return { path, text, isOurs, isFresh };
  });
  // The estate's own file last: until it is there, another run goes on where this one was stopped.
  for (const file of files.toSorted((a, b) => Number(isEstateFile(a)) - Number(isEstateFile(b)))) {
    if (options.yes && file.isOurs && !file.isFresh) await write(projectFile(file.path), file.text);
    process.stdout.write(`${file.path} ${outcomeOf({ ...file, isWritten: options.yes })}\n`);
  }
  process.stdout.write(options.yes ? NEXT : 'Nothing was written; --yes writes it.\n');
  return EXIT.ok;
}

const NEXT = '\nNow: npm install, then npx entra-aws preview. estate.yaml is an example: edit it.\n';

/** @throws UsageError if the name is missing, or can't be one, or has an estate */
function newName({ estate: name, estates }: Options): string {
  if (name === undefined) throw new UsageError('Give the estate a name: --estate NAME.');
  if (estates !== DEFAULT_ESTATES_FOLDER)
    throw new UsageError(
      `--estates must be ${DEFAULT_ESTATES_FOLDER}, where the engines look, got ${showValue(estates)}`,
    );
  const [fault] = checkEstateName(name);
  if (fault !== undefined) throw new UsageError(`--estate ${showValue(name)} must be ${fault.allowed ?? ''}`);
  if (!listEstates(estates).includes(name)) return name;
  throw new UsageError(`${join(estates, name, ESTATE_FILE)} exists; entra-aws upgrade writes the managed files again.`);
}

function filesFor(estate: string, { github, owners, package: from }: Options): Files {
  const managed = Object.entries(managedFiles(pipelineOptions([estate], { owners }))).filter(
    ([path]) => github || !path.startsWith('.github/'),
  );
  return {
    [MANIFEST]: manifestOf(readIfThere(projectFile(MANIFEST)), from),
    ...firstFiles(estate),
    ...Object.fromEntries(managed),
  };
}

function isEstateFile({ path }: { readonly path: string }): boolean {
  return path.endsWith(`/${ESTATE_FILE}`);
}

interface Outcome {
  /** True where it says already what it should. */
  readonly isFresh: boolean;
  /** True where it may be written. */
  readonly isOurs: boolean;
  readonly isWritten: boolean;
}

function outcomeOf({ isFresh, isOurs, isWritten }: Outcome): string {
  if (isFresh) return 'is as it should be';
  if (!isOurs) return 'is there, and stays as it is';
  return isWritten ? 'written' : 'would be written';
}

async function write(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await writeAtomically(path, text);
}
