import { type Tool, toolsOf } from '../tools';

interface Placed {
  /** Line of the tutorial, from 1. */
  readonly line: number;
}

/** A command that the reader types, and what is seen then. */
export interface CommandStep extends Placed {
  readonly kind: 'command';
  readonly command: string;
  /** Lines below it; `…` alone stands for any lines, in a line for any text. */
  readonly expected: readonly string[];
  /** Another terminal than the first, in which the command stays. */
  readonly terminal?: string;
  /** Tools that a reader may lack. */
  readonly needs: readonly Tool[];
}

/** A file that the reader makes, looks at or edits. */
export interface FileStep extends Placed {
  readonly kind: 'create' | 'excerpt' | 'edit';
  readonly file: string;
  readonly lines: readonly string[];
}

export type TutorialStep = CommandStep | FileStep;

/** A fenced block and the words after its language. */
interface Fence extends Placed {
  readonly language: string;
  readonly words: readonly string[];
  readonly lines: readonly string[];
}

/**
 * Reads what a tutorial has its reader do, from its fenced blocks, in order:
 * - `console`: lines with `$ ` are commands, lines with `> ` go on with one, the others are what is seen below it.
 *   `terminal=NAME` is another terminal, `needs=TOOL` what the reader may lack.
 * - `LANGUAGE create=FILE`, `excerpt=FILE` and `diff edit=FILE`: a file to make, to look at, to edit.
 * @throws Error for any other block, since nothing may be left out in silence
 */
export function parseTutorial(markdown: string): readonly TutorialStep[] {
  return fencesOf(markdown).flatMap((fence): readonly TutorialStep[] => {
    if (fence.language === 'console') return commandsOf(fence);
    const [, kind, file] = /^(create|excerpt|edit)=(\S+)$/.exec(fence.words.join(' ')) ?? [];
    if (file === undefined || !isFileKind(kind) || (kind === 'edit') !== (fence.language === 'diff'))
      throw new Error(`line ${fence.line}: a block must be console, create=FILE, excerpt=FILE or diff edit=FILE`);
    return [{ kind, file, line: fence.line, lines: fence.lines }];
  });
}

function isFileKind(text: string | undefined): text is FileStep['kind'] {
  return text === 'create' || text === 'excerpt' || text === 'edit';
}

function fencesOf(markdown: string): readonly Fence[] {
  const lines = markdown.split('\n');
  const fences: Fence[] = [];
  for (let index = 0; index < lines.length; index++) {
    const info = /^```(.*)$/.exec(lines[index] ?? '')?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', index + 1);
    if (end === -1) throw new Error(`line ${index + 1}: the block has no end`);
    const [language = '', ...words] = info.split(' ');
    fences.push({ line: index + 1, language, words, lines: lines.slice(index + 1, end) });
    index = end;
  }
  return fences;
}

function commandsOf({ line, words, lines }: Fence): readonly CommandStep[] {
  const { terminal, needs } = settingsOf(line, words);
  const starts = lines.flatMap((text, index) => (text.startsWith('$ ') ? [index] : []));
  if (starts[0] !== 0) throw new Error(`line ${line}: the block must begin with a command`);
  return starts.map((start, nth) => {
    const own = lines.slice(start, starts[nth + 1]);
    const continued = own.findIndex((text, index) => index > 0 && !text.startsWith('> '));
    const end = continued === -1 ? own.length : continued;
    return {
      kind: 'command',
      line: line + 1 + start,
      command: own
        .slice(0, end)
        .map((text) => text.slice(2))
        .join('\n'),
      expected: own.slice(end),
      needs,
      ...(terminal !== undefined && { terminal }),
    };
  });
}

function settingsOf(
  line: number,
  words: readonly string[],
): { readonly terminal: string | undefined; readonly needs: readonly Tool[] } {
  const settings = new Map(words.map((word) => [word.split('=', 1)[0], word.split('=')[1]]));
  for (const name of settings.keys())
    if (name !== 'terminal' && name !== 'needs') throw new Error(`line ${line}: unknown word ${String(name)}`);
  return { terminal: settings.get('terminal'), needs: [...toolsOf(settings.get('needs') ?? '')] };
}
