import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { name, released, version } from '../../../package.json';
import { defaultBranch, isInGit, placeInGit, remoteOf } from '../../clouds/git/remote';
import { command, shellLine } from '../../deploy/steps/command';
import { readIfThere } from '../../estate/load/estate-folder';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import { compareText } from '../../estate/source/finding';
import { parseQuietly } from '../../estate/source/json-source';
import { packageFile, projectFile } from '../../package/contents/files';
import { firstFiles, LOCK_FILE, manifestOf } from '../../package/project/first-files';
import { LEDGER_FILE, ledgerText, parseLedger } from '../../package/project/ledger';
import { managedFiles } from '../../package/project/managed-files';
import { isManaged } from '../../package/project/mark';
import { importEstate } from '../import/options';
import { EXIT, UsageError } from '../program/cli';
import { refreshSchema } from '../program/editor-schema';
import type { OutputFile } from '../program/output-files';
import { ask, isLeft } from './ask';
import { type Answers, defaultAnswers, type InitOptions, type Surroundings, wishesOf } from './choose';
import { planFiles, type PlannedFile, refuseFaults, writePlanned, type Manner } from './planned-files';
import { branchOf, estatePath, estatesHere, factsOfChoices, pipelineOptionsOf } from './project';
import { applicationFiles } from '../../package/project/application';
import { APPLICATION_FOLDER } from '../../estate/sections/hosting/hosting';
import { isOwnRepository } from '../program/surroundings';

const MANIFEST = 'package.json';

export async function run(options: InitOptions, words: readonly string[]): Promise<number> {
  const asks = !options.yes && isOnTerminal();
  if (options.application) return await writeApplication(words, { yes: options.yes, asks });
  const wishes = wishesOf(options, words);
  const surroundings = surroundingsHere();
  const defaults = defaultAnswers(wishes, surroundings);
  if (!asks && wishes.name === undefined) throw new UsageError('Give the estate a name: npx --no entra-aws init NAME.');
  try {
    const answers = asks ? await ask(wishes, defaults, surroundings) : defaults;
    return await make(answers, { options, asks });
  } catch (error) {
    if (!isLeft(error)) throw error;
    process.stdout.write('\nNothing was written.\n');
    return EXIT.failed;
  }
}

function surroundingsHere(): Surroundings {
  const others = estatesHere();
  return {
    known: parseLedger(readIfThere(projectFile(LEDGER_FILE))),
    remote: remoteOf('.'),
    branch: others.length > 0 ? branchOf(others) : defaultBranch('.'),
  };
}

interface Making {
  readonly options: InitOptions;
  /** True on a terminal, where a person confirms. */
  readonly asks: boolean;
}

async function make(answers: Answers, { options, asks }: Making): Promise<number> {
  refuseSubfolder(answers);
  const from = packageSpec(options.package);
  const files = plannedFiles(answers, from.spec);
  refuseFaults(files);
  const note = answers.start === 'import' ? `${estatePath(answers.name)} is imported from AWS\n` : undefined;
  const refused = await writePlanned(files, { yes: options.yes, asks, note });
  if (refused !== undefined) return refused;
  const code = answers.start === 'import' ? await importInto(answers.name, options) : EXIT.ok;
  await refreshSchema(DEFAULT_ESTATES_FOLDER);
  process.stdout.write(nextSteps(answers, from) + linesForOwnPipeline(answers, files));
  return code;
}

/** @throws Error in a folder of a git repository whose top alone a forge looks at */
function refuseSubfolder({ forge }: Answers): void {
  const place = placeInGit('.');
  if (place === undefined || forge === 'none') return;
  throw new Error(
    `This folder is ${place} of a git repository, and ${FORGE_FACTS[forge].name} reads a pipeline at the top alone: run init at the top of a repository, run git init here first, or leave the pipeline out with --forge none. Nothing was written.`,
  );
}

/** All files, the estate's own last: until it is there, another run goes on where this one was stopped. */
function plannedFiles(answers: Answers, spec: string): readonly PlannedFile[] {
  const { name, forge, owners } = answers;
  const others = estatesHere();
  const estates = [...others, factsOfChoices(answers)].toSorted((a, b) => compareText(a.name, b.name));
  const known = parseLedger(readIfThere(projectFile(LEDGER_FILE)));
  const project = { estates, forge, owners, ...pipelineOptionsOf(estates) };
  const managed = managedFiles(project);
  // What is managed no more, and not there, is of no interest.
  const before = (known?.files ?? []).filter((path) => path in managed || readIfThere(projectFile(path)) !== undefined);
  const texts = {
    [MANIFEST]: manifestOf(readIfThere(projectFile(MANIFEST)), spec),
    ...firstFiles(answers),
    ...managed,
    [LEDGER_FILE]: ledgerText(project, [...before, ...Object.keys(managed)]),
  };
  const planned = planFiles(texts, (path, given) => path === MANIFEST || path === LEDGER_FILE || isManaged(given));
  const isLast = ({ path }: OutputFile): number => Number(path === estatePath(name));
  return planned.toSorted((a, b) => isLast(a) - isLast(b));
}

function isOnTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && !process.env['CI'];
}

const SEE: Readonly<Record<Answers['start'], string>> = {
  example: 'npx --no entra-aws preview. The estate is an example: edit it.',
  empty:
    'npx --no entra-aws snapshot with credentials of AWS, and fill in the estate; npx --no entra-aws preview shows what it gives.',
  import: 'npx --no entra-aws preview. Then have AWS take the estate over: npx --no entra-aws docs importing',
};

function nextSteps({ name, start, forge }: Answers, { note }: PackageSpec): string {
  const git = isInGit('.') ? '' : 'git init (preview --base and the pipeline compare commits), then ';
  const lock = forge === 'none' ? '' : ', without which the pipeline installs nothing';
  return [
    ...(note === undefined ? [] : ['', note]),
    '',
    `Now: ${git}npm install, then ${SEE[start]}`,
    `Commit all of it, with the ${LOCK_FILE} that npm install writes${lock}.`,
    `The estate: ${estatePath(name)}`,
    '',
  ].join('\n');
}

/** Lines for a pipeline of the team's, which stays as it is, where the forge starts from one file alone. */
function linesForOwnPipeline({ forge }: Answers, files: readonly PlannedFile[]): string {
  const entry = forge === 'none' ? undefined : FORGE_FACTS[forge].entry;
  const own = files.find(({ path, isOurs, isFresh }) => path === entry && !isOurs && !isFresh);
  if (own === undefined) return '';
  const lines = own.text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => (line === '' ? '' : `    ${line}`));
  return `\n${own.path} is yours, so nothing of it was changed, and no job of the estate runs yet. Add these keys to it: the part above --- goes to its top, the stages after your own, and your workflow must let these pipelines start.\n\n${lines.join('\n')}`;
}

/**
 * Writes the estate's files from what the clouds have, so that the first deployment changes nothing. Where access has errors
 * for a person to decide, the tenant is imported all the same.
 *
 * @returns the exit code of the import
 */
async function importInto(name: string, { estates, against, region, tenant }: InitOptions): Promise<number> {
  const { run } = await import('../import/run.js');
  const estate = { estates, estate: name, against };
  const code = await run({ ...importEstate.opts(), ...estate, ...(region !== undefined && { region }) });
  if (tenant === undefined) return code;
  // The same command, as it reads its options from a command line.
  importEstate.parseOptions(['--from', 'entra', '--tenant', tenant]);
  try {
    const rest = await run({ ...importEstate.opts(), ...estate });
    return code === EXIT.ok ? rest : code;
  } catch (error) {
    // Init makes no estate that is there already: what is left is the import's.
    const again = shellLine(command('npx --no entra-aws import --from entra', '--estate', name, '--tenant', tenant));
    process.stderr.write(`The tenant was not imported. After npm install this goes on with it: ${again}\n`);
    throw error;
  }
}

/** Source of this package for npm, and a note for a person. */
interface PackageSpec {
  readonly spec: string;
  readonly note?: string;
}

const Installer = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

/**
 * Specification by which the package that runs was installed: in the folder of `npm exec`, or by `npm install`. npm writes it
 * into the package.json beside `node_modules`.
 *
 * @param given `--package`
 * @param root folder of this package
 */
export function packageSpec(given: string | undefined, root = packageFile()): PackageSpec {
  if (given !== undefined) return { spec: given };
  const modules = join(root, relative(name, '.'));
  const installer = dirname(modules);
  const text = modules.endsWith(`${sep}node_modules`) ? readIfThere(join(installer, 'package.json')) : undefined;
  const installed = Installer.safeParse(text === undefined ? undefined : parseQuietly(text)).data?.dependencies[name];
  // A version that no registry has is a name that anybody may publish code under.
  if (installed === undefined)
    return released ? { spec: version, note: unknownOrigin() } : fromFile(realpathSync(root));
  const [, file] = /^file:(.*)$/.exec(installed) ?? [];
  return file === undefined ? { spec: installed } : fromFile(resolve(installer, file));
}

function unknownOrigin(): string {
  return (
    `package.json asks for version ${version} of ${name}. If your registry doesn't have it, write there where npm gets it: ` +
    'a tarball (file:…), or an address; --package SPEC does so at once.'
  );
}

/** The repository's other clones find a tarball or a folder only inside the repository. */
function fromFile(path: string): PackageSpec {
  const here = realpathSync('.');
  const spec = `file:${relative(here, path).replaceAll(sep, '/')}`;
  if (!spec.startsWith('file:..')) return { spec };
  const note = `package.json asks for ${spec}, which is outside this folder: copy it into the repository and put its path there, or publish it to your registry and put the version there. Other machines, and the pipeline, can't install it otherwise.`;
  return { spec, note };
}

/**
 * Writes the application into a team's repository: sources, tests and Dockerfiles, which are the team's from then on. Files
 * that are there stay.
 */
async function writeApplication([name]: readonly string[], manner: Manner): Promise<number> {
  if (name !== undefined) throw new UsageError(`--application takes no name, got '${name}': all estates share it.`);
  if (isOwnRepository()) throw new UsageError("This is the package's own repository: the application is in apps/.");
  const estates = estatesHere().map((estate) => estatePath(estate.name));
  if (estates.length === 0) throw new UsageError('There is no estate here: run npx --no entra-aws init NAME first.');
  const files = planFiles(applicationFiles());
  refuseFaults(files);
  const refused = await writePlanned(files, manner);
  if (refused !== undefined) return refused;
  process.stdout.write(
    [
      '',
      `Now: npm install --prefix ${APPLICATION_FOLDER}, then npm test --prefix ${APPLICATION_FOLDER}. Commit all of it, with its package-lock.json.`,
      `To host it, write 'application: repository' under 'hosting' in ${estates.join(' or ')}.`,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
}
