// Preloaded into a measured program: tells how much memory it took at most (KiB), and its time on a processor (seconds). The
// parent reads it on file descriptor 3; of a tree of processes, each writes a file of its own into USAGE_FOLDER.
const { writeFileSync, writeSync } = require('node:fs');
const { join } = require('node:path');
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = JSON.stringify([maxRSS, (userCPUTime + systemCPUTime) / 1e6]);
  const { USAGE_FOLDER: folder } = process.env;
  if (folder === undefined) writeSync(3, usage);
  else writeFileSync(join(folder, `${process.pid}.json`), usage);
});
