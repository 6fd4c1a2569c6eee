/** The part of a terminal that progress needs; `process.stderr` has it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** Replaces the line. */
  readonly show: (text: string) => void;
  /** Takes the line away, before anything else is printed. */
  readonly clear: () => void;
}

const ERASE_LINE = '\r\u001B[2K';

/** One line that is rewritten in place. Says nothing where the stream is not a terminal, so that logs stay readable. */
export function createProgress(stream: ProgressStream): Progress {
  if (stream.isTTY !== true) return { show: ignore, clear: ignore };
  // A terminal that does not tell its width says 0.
  const width = stream.columns || 80;
  return {
    show: (text) => stream.write(`${ERASE_LINE}${text.slice(0, width - 1)}`),
    clear: () => stream.write(ERASE_LINE),
  };
}

function ignore(): void {
  // No terminal, no progress.
}
