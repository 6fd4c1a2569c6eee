/** The part of a terminal that progress needs; `process.stderr` has it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Replaces the line that says what a command is at. */
export type ShowProgress = (text: string) => void;

interface Progress {
  readonly show: ShowProgress;
  /** Takes the line away, before anything else is printed. */
  readonly clear: () => void;
}

const ERASE_LINE = '\r\u001B[2K';

/** Says on stderr what a command is at while it works, and takes that away at its end, however it ends. */
export async function withProgress<Result>(work: (show: ShowProgress) => Result | Promise<Result>): Promise<Result> {
  const { show, clear } = createProgress(process.stderr, process.env);
  try {
    return await work(show);
  } finally {
    clear();
  }
}

/**
 * One line that is rewritten in place. Says nothing where the stream is not a terminal, nor in a pipeline, so that logs stay
 * readable. With NO_COLOR the line is overwritten with spaces: some take the variable to mean that no escape sequence is
 * wanted.
 */
export function createProgress(stream: ProgressStream, environment: Environment): Progress {
  if (stream.isTTY !== true || environment['CI'] || environment['TERM'] === 'dumb')
    return { show: ignore, clear: ignore };
  // A terminal that does not tell its width says 0.
  const width = (stream.columns || 80) - 1;
  const erase = environment['NO_COLOR'] ? `\r${' '.repeat(width)}\r` : ERASE_LINE;
  return {
    show: (text) => stream.write(`${erase}${text.slice(0, width)}`),
    clear: () => stream.write(erase),
  };
}

function ignore(): void {
  // No terminal, no progress.
}
