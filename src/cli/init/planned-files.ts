import { readIfThere } from '../../estate/load/estate-folder';
import { projectFile } from '../../package/contents/files';
import { isSameText } from '../../package/project/mark';
import type { Files } from '../../package/project/files';
import { EXIT } from '../program/cli';
import { confirmed } from '../program/confirmed';
import type { OutputFile } from '../program/output-files';
import { placeFaults, writeFiles } from './write-files';

export interface PlannedFile extends OutputFile {
  /** True where it says already what it should. */
  readonly isFresh: boolean;
  /** True where it may be written. */
  readonly isOurs: boolean;
}

/**
 * Compares files with those that are there.
 *
 * @param isOurs whether one that is there may be written over
 */
export function planFiles(
  texts: Files,
  isOurs: (path: string, given: string) => boolean = () => false,
): readonly PlannedFile[] {
  return Object.entries(texts).map(([path, text]) => {
    const given = readGiven(path);
    const isFresh = given !== undefined && isSameText(given, text);
    return { path, text, isFresh, isOurs: given === undefined || isOurs(path, given) };
  });
}

/** Text of a file that is there; what can't be read is refused with the other faults of places. */
function readGiven(path: string): string | undefined {
  return placeFaults([path]).length > 0 ? undefined : readIfThere(projectFile(path));
}

/** @throws Error with everything that is in the way */
export function refuseFaults(files: readonly PlannedFile[]): void {
  const faults = placeFaults(files.filter(({ isFresh }) => !isFresh).map(({ path }) => path));
  if (faults.length === 0) return;
  throw new Error([...faults, 'Nothing was written. Correct this and run init again.'].join('\n'));
}

export interface Manner {
  readonly yes: boolean;
  /** True on a terminal, where a person confirms. */
  readonly asks: boolean;
  /** What is said beside the files before they are written. */
  readonly note?: string | undefined;
}

/** Writes what may be written, once it is confirmed. @returns the exit code where it is not */
export async function writePlanned(
  files: readonly PlannedFile[],
  { yes, asks, note = '' }: Manner,
): Promise<number | undefined> {
  if (!yes) {
    report(files, asks ? 'will be written' : 'would be written');
    process.stdout.write(note);
    if (!asks || !(await confirmed('Write these files?', true))) {
      process.stdout.write(`Nothing was written${asks ? '.' : '; --yes writes it.'}\n`);
      return asks ? EXIT.failed : EXIT.ok;
    }
  }
  await writeFiles(files.filter(isToWrite));
  if (yes) report(files, 'written');
  return undefined;
}

function isToWrite({ isFresh, isOurs }: PlannedFile): boolean {
  return isOurs && !isFresh;
}

/** @param outcome words on a file that this writes */
function report(files: readonly PlannedFile[], outcome: string): void {
  for (const file of files) {
    const kept = file.isFresh ? 'is as it should be' : 'is there, and stays as it is';
    process.stdout.write(`${file.path} ${isToWrite(file) ? outcome : kept}\n`);
  }
}
