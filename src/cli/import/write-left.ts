import { visibleLines } from '../../estate/source/visible';
import { SHOWN_LINES } from '../../import/report';
import { writeAtomically } from '../program/cli';

interface Left {
  /** Describes what stays outside of the estate, with at most so many lines under a heading; empty if that is nothing. */
  readonly describe: (limit?: number) => string;
  readonly heading: string;
  readonly print: (text: string) => void;
}

/** Writes what stays outside of the estate: all of it in a file, the beginning of it on the terminal. */
export async function writeLeft(path: string, { describe, heading, print }: Left): Promise<void> {
  const all = describe();
  await writeAtomically(path, all === '' ? 'The estate holds everything that was read.\n' : visibleLines(all));
  if (all !== '') print(`\n${heading} (${path} has all of it):\n\n${visibleLines(describe(SHOWN_LINES))}\n`);
}
