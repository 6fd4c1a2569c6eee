import { readFileSync } from 'node:fs';

/** This machine, as a lock of Pulumi names it. */
export interface Machine {
  readonly hostname: string;
  readonly isAlive: (processId: number) => boolean;
}

/**
 * Tells whether the runs that hold a lock have ended: they were on this machine, and their processes are gone. Source: Pulumi,
 * pkg/backend/diy/lock.go.
 */
export function hasEnded(lock: string, { hostname, isAlive }: Machine): boolean {
  const lines = lock.split('\n');
  return lines.every((line) => {
    const [, host, processId] = /created by .*@(\S+) \(pid (\d+)\)/.exec(line) ?? [];
    return host === hostname && !isAlive(Number(processId));
  });
}

/** Tells whether a process of this machine is at work. One of another user counts, too. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return !isDefunct(processId);
  } catch (error) {
    return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH');
  }
}

/** Tells whether a process has ended and is only not yet waited for; where there is no /proc, that is not known. */
function isDefunct(processId: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
