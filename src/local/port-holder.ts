import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** A process that listens on a port. */
export interface PortHolder {
  readonly id: number;
  /** Its command line, or its name alone. */
  readonly command: string;
}

/** State of a socket that listens, in the kernel's tables. */
const LISTENING = '0A';
const MAX_COMMAND = 60;
const LSOF_MILLISECONDS = 2_000;

/** Finds who listens on a TCP port, as far as this user may see it: from `/proc`, or else by `lsof`. */
export function findPortHolder(port: number): PortHolder | undefined {
  return findInProc(port) ?? findByLsof(port);
}

function findInProc(port: number): PortHolder | undefined {
  const sockets = new Set(listeningSockets(port));
  if (sockets.size === 0) return undefined;
  const id = listOf('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((process) => hasSocket(process, sockets));
  return id === undefined ? undefined : { id: Number(id), command: commandOf(id) };
}

/** As `/proc/<id>/fd` names them: `socket:[4711]`. */
function listeningSockets(port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    textOf(table)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(suffix) && state === LISTENING)
      .map((columns) => `socket:[${columns[9] ?? ''}]`),
  );
}

function hasSocket(process: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${process}/fd`;
  return listOf(folder).some((name) => sockets.has(linkOf(`${folder}/${name}`)));
}

/** The end of a long one says more than its beginning. */
function commandOf(process: string): string {
  const [program = '', ...rest] = textOf(`/proc/${process}/cmdline`).split('\0');
  const command = [basename(program), ...rest].join(' ').trim();
  if (command.length <= MAX_COMMAND) return command;
  return `${basename(program)} …${command.slice(-MAX_COMMAND)}`;
}

function findByLsof(port: number): PortHolder | undefined {
  const options = { encoding: 'utf8', timeout: LSOF_MILLISECONDS } as const;
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], options);
  const found = /^p(?<id>\d+)\nc(?<command>.*)$/m.exec(stdout)?.groups;
  return found === undefined ? undefined : { id: Number(found['id']), command: found['command'] ?? '' };
}

/** Other users' processes can't be looked into, and any may end meanwhile. */
function orNothing<Value>(read: () => Value, nothing: Value): Value {
  try {
    return read();
  } catch {
    return nothing;
  }
}

const textOf = (path: string): string => orNothing(() => readFileSync(path, 'utf8'), '');
const listOf = (path: string): readonly string[] => orNothing<readonly string[]>(() => readdirSync(path), []);
const linkOf = (path: string): string => orNothing(() => readlinkSync(path), '');
