/** Milliseconds for which an answer of the database counts, so that probes cost little. */
const REUSE_MS = 2_000;

/** Tells whether a check passes; asked again at once, it says what it said. @param reuseMs @default 2 seconds */
export function rememberedAnswer(check: () => Promise<unknown>, reuseMs = REUSE_MS): () => Promise<boolean> {
  let last: { readonly at: number; readonly value: Promise<boolean> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at >= reuseMs)
      last = { at: performance.now(), value: answers(check) };
    return last.value;
  };
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}
