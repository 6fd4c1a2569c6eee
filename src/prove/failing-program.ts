/**
 * Runs a command of Pulumi whose program is a part of this process, and aborts it once an output of the program fails. What waits
 * for that output is never registered, the program waits for it, and the engine waits for the program. (A program that the engine
 * itself has started ends with its process.)
 */
export async function abortedByFault<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  // A fault in an `apply` rejects a promise that is never awaited. Pulumi's own runtime listens as well, and prints it.
  process.on('unhandledRejection', abort);
  try {
    return await run(controller.signal);
  } finally {
    process.off('unhandledRejection', abort);
  }
}
