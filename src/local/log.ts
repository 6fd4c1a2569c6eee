import { styleText } from 'node:util';
import { levels } from 'pino';
import { z } from 'zod';
import { parseQuietly } from '../estate/source/json-source';
import { visible, visibleLines } from '../estate/source/visible';

/** Writes lines of several services into one log. */
export type WriteLine = (service: string, line: string) => void;

export interface LogOptions {
  readonly colour: boolean;
  readonly write: (text: string) => void;
}

const COLOURS = ['cyan', 'magenta', 'yellow', 'green', 'blue'] as const;

const Part = z.union([z.string(), z.number()]).optional().catch(undefined);

/** A line as the services write it with pino. */
const Entry = z.looseObject({
  level: z.number().optional(),
  time: z.union([z.iso.datetime(), z.number()]).optional(),
  msg: Part,
  method: Part,
  route: Part,
  path: Part,
  status: Part,
  milliseconds: Part,
  err: z.looseObject({ stack: z.string().optional() }).optional(),
});

/** Fields that are in front of the line, or of no use on this machine. */
const HIDDEN = ['hostname', 'pid', 'requestId', 'service'];

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;

/**
 * A log with the service's name in front of each line. Lines of JSON, as pino writes them, are made readable; any other one
 * is kept. Control characters are written out.
 */
export function createLog(services: readonly string[], { colour, write }: LogOptions): WriteLine {
  const width = Math.max(...services.map(({ length }) => length));
  return (service, line) => {
    const name = service.padEnd(width);
    const index = Math.max(services.indexOf(service), 0) % COLOURS.length;
    const prefix = `${colour ? styleText(COLOURS[index] ?? 'cyan', name, { validateStream: false }) : name} | `;
    const entry = Entry.safeParse(parseQuietly(line));
    const text = entry.success ? visibleLines(readable(entry.data)) : visible(line);
    write(
      text
        .trimEnd()
        .split('\n')
        .map((part) => `${prefix}${part}\n`)
        .join(''),
    );
  };
}

/** A request as people write it: `[10:00:00.000] INFO: answered GET /policy 200 12 ms`. The stack of an error follows. */
function readable(entry: z.output<typeof Entry>): string {
  const { level, time, msg, method, route, path, status, milliseconds, err, ...others } = entry;
  const { stack, ...error } = err ?? {};
  const rest = { ...others, ...(err !== undefined && { err: error }) };
  const fields = Object.entries(rest).filter(([name]) => !HIDDEN.includes(name));
  const parts = [
    time === undefined ? undefined : `[${new Date(time).toLocaleTimeString('en-GB', TIME)}]`,
    level === undefined ? undefined : `${(levels.labels[level] ?? String(level)).toUpperCase()}:`,
    ...[msg, method, route ?? path, status, ...(milliseconds === undefined ? [] : [milliseconds, 'ms'])],
    fields.length === 0 ? undefined : JSON.stringify(Object.fromEntries(fields)),
  ];
  const line = parts.filter((part) => part !== undefined).join(' ');
  return stack === undefined ? line : `${line}\n${stack}`;
}
