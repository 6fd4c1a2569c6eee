import type { Stats } from 'node:fs';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFolder, isSystemError, listEstates } from '../files/estate-folder';
import { GitError, gitFolder, openRevision } from '../files/git-folder';
import { PLACEMENT_FILE } from '../model/estate-folder';
import { hasErrors } from '../model/finding';
import type { PreviewFacts } from '../preview/facts';
import type { BaseFolder } from '../preview/gather-facts';
import { addPrograms, gatherFacts } from '../preview/gather-facts';
import { renderHtml } from '../preview/render-html';
import { renderJson } from '../preview/render-json';
import { renderMarkdown } from '../preview/render-markdown';
import { renderTerminal } from '../preview/render-terminal';
import { buildReport } from '../preview/report';
import type { Report } from '../preview/report-types';
import { synthesizeEstate } from '../stacks/synthesize';
import { readStackConfig } from './stack-config';
import {
  chooseEstate,
  DEFAULT_ESTATES_FOLDER,
  EXIT,
  parseCommandArgs,
  runCommand,
  UsageError,
  writeAtomically,
} from './cli';

const HELP = `npm run preview [-- options]

Shows offline what an estate grants and registers, what is wrong with it, and, against a git revision, who gains and who
loses access and which applications, user flows, groups and the like change.
Writes preview.md (for a pull request), index.html and preview.json, and placement.lock.json where that is stale.

  --estate NAME      the estate (default: the only one, or sandbox)
  --base REVISION    compare with the estate at this git revision; for what a branch itself changes, give
                     "$(git merge-base origin/main HEAD)"
  --out FOLDER       where the files go (default: plan/NAME)
  --json             print preview.json and nothing else
  --day YYYY-MM-DD   the day in UTC for which secrets and certificates are shown (default: today)
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

With CI=true the placement file is not written: a stale or missing one is an error.
Exit codes: 0 no error found, 1 errors found or not done, 2 called wrongly.
`;

/** The estate that is previewed where there are several and none is named. */
const PREFERRED_ESTATE = 'sandbox';

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    base: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    day: { type: 'string' },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { estates, base } = values;
  if (values.out === '') throw new UsageError('--out must name a folder');
  const now = values.day === undefined ? new Date() : parseDay(values.day);
  const { name } = chooseEstate({ root: estates, name: values.estate ?? preferredEstate(estates) });
  const planned = gatherFacts(diskFolder(estates, name), {
    synthesize: synthesizeEstate,
    writesPlacement: !isContinuousIntegration(),
    ...(base !== undefined && { base: openBase(estates, name, base) }),
  });
  const facts = await addPrograms(planned, async (estate) => {
    // Loaded only where an estate has programs: Pulumi takes most of a second.
    const { runPrograms } = await import('../stacks/run-program.js');
    return runPrograms(estate, { now, configOf: readStackConfig });
  });
  const report = buildReport(facts);
  const files = renderFiles(report, values.out ?? join('plan', name));
  await writeFiles(files, { out: values.out ?? join('plan', name), placement: placementText(facts, estates) });
  const paths = files.map(({ path }) => path);
  process.stdout.write(
    values.json ? renderJson(report) : renderTerminal(report, { colour: hasColours(), files: paths }),
  );
  return hasErrors(report.findings) ? EXIT.failed : EXIT.ok;
}

/** Midnight in UTC of a day. @throws UsageError if it is none */
function parseDay(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`);
  if (isDay) return day;
  throw new UsageError(`--day must be a day, such as 2026-01-31, not '${text}'`);
}

function preferredEstate(estates: string): string | undefined {
  return listEstates(estates).includes(PREFERRED_ESTATE) ? PREFERRED_ESTATE : undefined;
}

function isContinuousIntegration(): boolean {
  return ['true', '1'].includes(process.env['CI'] ?? '');
}

function hasColours(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

function openBase(estates: string, name: string, ref: string): BaseFolder {
  try {
    const revision = openRevision(estates, ref);
    return { folder: gitFolder(revision, name), revision: ref, commit: revision.commit };
  } catch (error) {
    throw error instanceof GitError ? new UsageError(`--base: ${error.message}`) : error;
  }
}

interface OutputFile {
  readonly path: string;
  readonly text: string;
}

function renderFiles(report: Report, out: string): readonly OutputFile[] {
  return [
    { path: join(out, 'preview.md'), text: renderMarkdown(report) },
    { path: join(out, 'index.html'), text: renderHtml(report) },
    { path: join(out, 'preview.json'), text: renderJson(report) },
  ];
}

/** The placement file, if it is to be written. */
function placementText({ head, placement }: PreviewFacts, estates: string): OutputFile | undefined {
  const { access, estate } = head.plan;
  if (placement?.outcome !== 'written' || access === undefined) return undefined;
  return { path: join(estates, estate.name, PLACEMENT_FILE), text: access.placement.text };
}

/** Everything is rendered before the first file is written, and each file is replaced in one step. */
async function writeFiles(
  files: readonly OutputFile[],
  { out, placement }: { readonly out: string; readonly placement: OutputFile | undefined },
): Promise<void> {
  let path = out;
  try {
    await makeFolder(out);
    for (const target of files) {
      path = target.path;
      await refuseTaken(path);
    }
    for (const file of placement === undefined ? files : [placement, ...files]) {
      path = file.path;
      await writeAtomically(path, file.text);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Error(`${path} can't be written (${error.code ?? error.message})`, { cause: error });
  }
}

/** Makes a folder and those above it, one by one: a recursive `mkdir` never ends where the kernel lets nobody make any. */
async function makeFolder(folder: string): Promise<void> {
  const found = await unlessMissing(stat(folder));
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw new Error(`${folder} is no folder, so nothing can be written there`);
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // Another run may have made it in the meantime.
    if ((await unlessMissing(stat(folder)))?.isDirectory() === true) return;
    throw new Error(`the folder ${folder} can't be made (${error.code ?? error.message})`, { cause: error });
  }
}

/** An output may replace a file, but no folder, and nothing that a link leads to. */
async function refuseTaken(path: string): Promise<void> {
  const found = await unlessMissing(lstat(path));
  if (found === undefined || found.isFile()) return;
  const kind = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'no regular file';
  throw new Error(`${path} can't be written: it is ${kind}`);
}

async function unlessMissing(reading: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

void runCommand(main);
