import { rmSync } from 'node:fs';
import { listEstates, readIfThere } from '../../estate/load/estate-folder';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { visibleLines } from '../../estate/source/visible';
import { convertEstate } from '../../estate/source/versions';
import { isIgnored } from '../../clouds/git/remote';
import { version } from '../../../package.json';
import { packageFile, projectFile } from '../../package/contents/files';
import { changesSince } from '../../package/project/changes';
import { LOCK_FILE } from '../../package/project/first-files';
import { type Ledger, LEDGER_FILE, ledgerText, parseLedger } from '../../package/project/ledger';
import { type Files, managedFiles } from '../../package/project/managed-files';
import { isManaged, isSameText } from '../../package/project/mark';
import type * as commands from './options';
import { estatePath, estatesHere, pipelineOptionsOf } from '../init/project';
import { placeFaults, writeFiles } from '../init/write-files';
import { EXIT, printed, UsageError } from '../program/cli';
import { refreshSchema } from '../program/editor-schema';
import type { OptionsOf } from '../program/define';
import { isOwnRepository } from '../program/surroundings';

export async function run({ check }: OptionsOf<typeof commands.upgrade>): Promise<number> {
  // Its own pipeline runs the steps of a team's.
  if (isOwnRepository()) return printed("This is the package's own repository: it has no managed files.\n");
  const ledger = parseLedger(readIfThere(projectFile(LEDGER_FILE)));
  const conversions = olderEstates();
  if (check && conversions.length > 0) return reportCheck(conversions.map(staleLine));
  await writeAll(conversions);
  const changes = managedChanges(ledger);
  if (check) return reportCheck([...faultsOfLock(ledger?.forge ?? forgeBefore()), ...changes.map(staleLine)]);
  await writeAll(changes);
  await refreshSchema(DEFAULT_ESTATES_FOLDER);
  reportOwn(ledger, changes);
  if (conversions.length + changes.length === 0) process.stdout.write(UP_TO_DATE);
  if (ledger !== undefined) reportChanges(ledger.version);
  return EXIT.ok;
}

/** Sentence on the lock file that a pipeline can't install without; none where it is there for the pipeline. */
function faultsOfLock(forge: Ledger['forge']): readonly string[] {
  if (forge === 'none') return [];
  const needed = 'the pipeline installs by npm ci, which needs it';
  if (readIfThere(projectFile(LOCK_FILE)) === undefined)
    return [`${LOCK_FILE} is missing: ${needed}. Run npm install, and commit the file`];
  return isIgnored('.', LOCK_FILE)
    ? [`${LOCK_FILE} is left out of git: ${needed}. Take it out of .gitignore, and commit the file`]
    : [];
}

/** A file that is written again, or deleted. */
interface Change {
  readonly path: string;
  /** Undefined where it is deleted. */
  readonly text: string | undefined;
  readonly done: string;
  readonly stale: string;
}

/** Estate files of an older form. */
function olderEstates(): readonly Change[] {
  return listEstates(DEFAULT_ESTATES_FOLDER).flatMap((name) => {
    const path = estatePath(name);
    const converted = convertEstate(readIfThere(projectFile(path)) ?? '');
    if (converted === undefined) return [];
    const what = converted.summaries.join('; ');
    return [{ path, text: converted.text, done: `converted: ${what}`, stale: `is of an older form: ${what}` }];
  });
}

/** @throws UsageError where the folder is not a team's repository */
function managedChanges(ledger: Ledger | undefined): readonly Change[] {
  const estates = estatesHere();
  const files = managedFiles({
    estates,
    ...pipelineOptionsOf(estates),
    forge: ledger?.forge ?? forgeBefore(),
    owners: ledger?.owners ?? [],
  });
  const given = new Map(Object.keys(files).map((path) => [path, readIfThere(projectFile(path))]));
  if (ledger === undefined && ![...given.values()].some((text) => text !== undefined && isManaged(text))) {
    throw new UsageError(
      'This folder has no managed files: run it in the repository of your estates, or begin with npx --no entra-aws init.',
    );
  }
  // Before there was a list, every file was offered.
  const offered = new Set(ledger?.files ?? Object.keys(files));
  return [...written(files, given, offered), ...deleted(files, offered), ...ledgerChange(ledger, files, offered)];
}

/** Files that are stale, and those that this version is the first to have. One that was deleted doesn't come back. */
function written(
  files: Files,
  given: ReadonlyMap<string, string | undefined>,
  offered: ReadonlySet<string>,
): readonly Change[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const there = given.get(path);
    if (there === undefined) {
      return offered.has(path) ? [] : [{ path, text, done: 'written: it is new', stale: 'is new, and missing' }];
    }
    return isManaged(there) && !isSameText(there, text) ? [{ path, text, done: 'written', stale: 'is stale' }] : [];
  });
}

/** Managed files that no estate needs any more, or that this version has under another name. */
function deleted(files: Files, offered: ReadonlySet<string>): readonly Change[] {
  return [...offered].flatMap((path) => {
    const there = path in files ? undefined : readIfThere(projectFile(path));
    if (there === undefined || !isManaged(there)) return [];
    return [{ path, text: undefined, done: 'deleted: nothing needs it', stale: 'is needed by nothing' }];
  });
}

/** A file that is needed no more and that a person has changed stays theirs; this run alone knows it. */
function reportOwn(ledger: Ledger | undefined, changes: readonly Change[]): void {
  const kept = changes.some(({ path }) => path === LEDGER_FILE) ? (ledger?.files ?? []) : [];
  const listed = new Set(parseLedger(readIfThere(projectFile(LEDGER_FILE)))?.files);
  for (const path of kept) {
    const isThere = readIfThere(projectFile(path)) !== undefined;
    if (!listed.has(path) && isThere) process.stdout.write(`${path} stays, since you changed it: nothing needs it\n`);
  }
}

function ledgerChange(ledger: Ledger | undefined, files: Files, offered: ReadonlySet<string>): readonly Change[] {
  const kept = [...offered].filter((path) => path in files);
  const repository = { forge: ledger?.forge ?? forgeBefore(), owners: ledger?.owners ?? [] };
  const text = ledgerText(repository, [...kept, ...Object.keys(files)]);
  const isFresh = isSameText(readIfThere(projectFile(LEDGER_FILE)) ?? '', text);
  return isFresh ? [] : [{ path: LEDGER_FILE, text, done: 'written', stale: 'is stale' }];
}

/** GitHub was the only forge, and its workflow could be left out. */
function forgeBefore(): 'github' | 'none' {
  return readIfThere(projectFile('.github/workflows/identity.yaml')) === undefined ? 'none' : 'github';
}

async function writeAll(changes: readonly Change[]): Promise<void> {
  const faults = placeFaults(changes.map(({ path }) => path));
  if (faults.length > 0) throw new Error([...faults, 'Nothing was written. Correct this and run it again.'].join('\n'));
  // Before the ledger, which is the last that is written: what it no longer lists, no other run would delete.
  for (const { path, text } of changes) if (text === undefined) rmSync(projectFile(path), { force: true });
  await writeFiles(changes.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }])));
  for (const { path, done } of changes) process.stdout.write(`${path} ${done}\n`);
}

function staleLine({ path, stale }: Change): string {
  return `${path} ${stale}; run npx --no entra-aws upgrade to update it`;
}

const UP_TO_DATE = 'The managed files are up to date.\n';

function reportCheck(faults: readonly string[]): number {
  process.stdout.write(faults.length === 0 ? UP_TO_DATE : faults.map((line) => `${line}\n`).join(''));
  return faults.length === 0 ? EXIT.ok : EXIT.failed;
}

function reportChanges(from: string): void {
  const versions = changesSince(from);
  if (versions.length === 0) return;
  const lines = versions.flatMap((one) => ['', one.version, ...one.changes.map((change) => `  - ${change}`)]);
  process.stdout.write(visibleLines(`\nChanged from ${from} to ${version}:\n${lines.join('\n')}\n`));
  process.stdout.write(`\n${packageFile('CHANGELOG.md')} has all of it.\n`);
}
