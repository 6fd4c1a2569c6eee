// Preloaded into a measured program: tells how much memory it took at most (KiB), and its time on a processor (seconds). The
// parent reads it on file descriptor 3; of a tree of processes, each writes a file of its own into USAGE_FOLDER.
const { readFileSync, writeFileSync, writeSync } = require('node:fs');
const { join } = require('node:path');

/** `maxRSS` is never below what the parent held when it started the program: Linux keeps it over `exec`. */
function peak({ maxRSS }) {
  if (process.platform !== 'linux') return maxRSS;
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? maxRSS);
}

process.on('exit', () => {
  const used = process.resourceUsage();
  const usage = JSON.stringify([peak(used), (used.userCPUTime + used.systemCPUTime) / 1e6]);
  const { USAGE_FOLDER: folder } = process.env;
  if (folder === undefined) writeSync(3, usage);
  else writeFileSync(join(folder, `${process.pid}.json`), usage);
});
