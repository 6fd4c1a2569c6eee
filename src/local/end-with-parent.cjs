// Loaded first into every process that `npm start` starts. What such a process writes is readable by its owner alone, and
// it ends with the start, even if that is killed: the system then closes the channel between the two.
'use strict';

process.umask(0o077);
process.on('disconnect', () => process.exit(1));
// The channel alone must not keep a process that is done.
process.channel?.unref();
