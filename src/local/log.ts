import { styleText } from 'node:util';
import { prettyFactory } from 'pino-pretty';
import { parseQuietly } from '../estate/source/parse-quietly';
import { visible } from '../estate/source/visible';

/** Writes lines of several services into one log. */
export type WriteLine = (service: string, line: string) => void;

export interface LogOptions {
  readonly colour: boolean;
  readonly write: (text: string) => void;
}

const REQUEST_FIELDS = ['method', 'route', 'path', 'status', 'milliseconds'];

const COLOURS = ['cyan', 'magenta', 'yellow', 'green', 'blue'] as const;

/** An escaped character inside JSON: made readable, a control character would reach the terminal. */
const ESCAPED_CHARACTER = /(?<!\\)((?:\\\\)*)\\u/g;

/**
 * A log with the service's name in front of each line. Lines of JSON, as pino writes them, are made readable; any other one
 * is kept, its control characters written out.
 */
export function createLog(services: readonly string[], { colour, write }: LogOptions): WriteLine {
  const readable = prettyFactory({
    colorize: colour,
    ignore: `pid,hostname,service,requestId,${REQUEST_FIELDS.join(',')}`,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    messageFormat: (entry) => messageOf(entry),
  });
  const width = Math.max(...services.map(({ length }) => length));
  return (service, line) => {
    const name = service.padEnd(width);
    const index = Math.max(services.indexOf(service), 0) % COLOURS.length;
    const prefix = `${colour ? styleText(COLOURS[index] ?? 'cyan', name, { validateStream: false }) : name} | `;
    const safe = visible(line);
    const text = isJson(safe) ? readable(safe.replaceAll(ESCAPED_CHARACTER, '$1\\\\u')) : safe;
    write(
      text
        .trimEnd()
        .split('\n')
        .map((part) => `${prefix}${part}\n`)
        .join(''),
    );
  };
}

/** A request as people write it: `GET /policy 200 12 ms`. */
function messageOf(entry: Readonly<Record<string, unknown>>): string {
  const { msg, method, route, path, status, milliseconds } = entry;
  const parts = [msg, method, route ?? path, status, ...(milliseconds === undefined ? [] : [milliseconds, 'ms'])];
  return parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
}

function isJson(line: string): boolean {
  return line.startsWith('{') && parseQuietly(line) !== undefined;
}
