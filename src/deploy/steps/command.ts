/** A command line of another program. It is run without a shell. */
export interface Command {
  readonly words: readonly string[];
  /** Profile of the AWS credentials, as `AWS_PROFILE`. @default the environment's credentials */
  readonly profile?: string | undefined;
}

/** Exit of a command, and what it printed. */
export interface CommandResult {
  /** Exit code; 127 if there is no such program. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of space-separated words, none of which has a space in it; further words may. */
export function command(words: string, ...more: readonly string[]): Command {
  return { words: [...words.split(' '), ...more] };
}

const PLAIN_WORD = /^[\w./:=@%+,-]+$/;

/** The command as a person types it into a POSIX shell. */
export function shellLine({ words, profile }: Command): string {
  const prefix = profile === undefined ? [] : [`AWS_PROFILE=${quoted(profile)}`];
  return [...prefix, ...words.map(quoted)].join(' ');
}

function quoted(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return /["$`\\]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}
