import { EXIT, printed } from '../program/cli';
import { offersOf } from './offers';
import { completion, SHELLS } from './options';
import { answerOf, scriptOf, wordOf } from './shells';

/** Prints the script of a shell; with words of a line, what may follow them in the program that this command is a part of. */
export async function run(_options: object, [given, ...line]: readonly string[]): Promise<number> {
  const shell = SHELLS.find((one) => one === given);
  const program = completion.parent;
  if (shell === undefined || program === null) return EXIT.usage;
  const words = line.map((word) => wordOf(shell, word));
  const text = line.length === 0 ? scriptOf(shell) : answerOf(shell, await offersOf(program, words), line.at(-1) ?? '');
  return printed(text);
}
