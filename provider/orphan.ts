/** Interval at which the plug-in looks for its parent. */
const CHECK_EVERY_MS = 1_000;

/** Ends this process when the one that started it is gone: an engine that was killed can't say goodbye. */
export function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, CHECK_EVERY_MS);
  timer.unref();
}
