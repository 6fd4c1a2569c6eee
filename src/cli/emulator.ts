import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import pino from 'pino';
import { z } from 'zod';
import type { FaultRule, GraphEmulator, GraphEmulatorOptions } from '../../apps/emulator/graph';
import { startGraphEmulator, writeEnvironment } from '../../apps/emulator/graph';
import type { Tenant } from '../../apps/emulator/graph/settings';
import { GUID } from '../estate/sections/limits';
import { EXIT, parseCommandArgs, parseInteger, runCommand, UsageError } from './program/cli';

const HELP = `npm run emulator [-- options]

Runs Entra's Graph on this machine, for Pulumi programs and tests: no tenant, no account. Prints a line of JSON for each
request. What a client needs to reach it, its secret included, is written to a file that only you can read.

  --data FOLDER       keep the state in a folder (default: in memory)
  --graph-port PORT   Graph over plain HTTP (default: any that is free)
  --tls-port PORT     metadata, tokens and Graph over TLS (default: any that is free)
  --tenant ID         tenant id of the directory, as the stack has it (default: one of the emulator's own)
  --domain DOMAIN     initial domain of the directory (default: contosob2c.onmicrosoft.com)
  --group NAME        a group that exists already; may be given several times
  --user NAME@DOMAIN  a user that exists already; may be given several times
  --lag READS         reads after a change that do not see it yet (default: 0)
  --faults FILE       requests that go wrong, as JSON: [{"kind": "throttled", "method": "POST", "path": "/v1.0/groups"}];
                      kinds: throttled, unavailable, notFound, forbidden, conflict, timeout, dropped, slow; also: skip,
                      times, probability, retryAfter, delay
  --seed NUMBER       decides what a probability hits (default: 1)
  --host ADDRESS      address to listen on (default: 127.0.0.1)
  --public-host NAME  name under which clients reach it (default: localhost)
  --allow-remote      allow an address that others can reach, as inside a container
  --quiet             no line for each request
  --help              show this

Exit codes: 0 stopped by a signal, 1 could not start, 2 called wrongly.
`;

const MAX_PORT = 65_535;

const FaultRules = z.array(
  z.strictObject({
    kind: z.enum(['throttled', 'unavailable', 'notFound', 'forbidden', 'conflict', 'timeout', 'dropped', 'slow']),
    method: z.string().exactOptional(),
    path: z.string().startsWith('/').exactOptional(),
    skip: z.int().min(0).exactOptional(),
    times: z.int().min(1).exactOptional(),
    probability: z.number().min(0).max(1).exactOptional(),
    retryAfter: z.int().min(0).exactOptional(),
    delay: z.int().min(0).exactOptional(),
  }),
);

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;

const OPTIONS = {
  data: TEXT,
  'graph-port': { type: 'string', default: '0' },
  'tls-port': { type: 'string', default: '0' },
  tenant: TEXT,
  domain: TEXT,
  group: { type: 'string', multiple: true },
  user: { type: 'string', multiple: true },
  lag: { type: 'string', default: '0' },
  faults: TEXT,
  seed: { type: 'string', default: '1' },
  host: TEXT,
  'public-host': TEXT,
  'allow-remote': FLAG,
  quiet: FLAG,
  help: FLAG,
} as const;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const emulator = await startGraphEmulator(emulatorOptions(values));
  // Whoever reads that it runs may end it at once.
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stderr.write(introduction(emulator));
  await ended;
  await emulator.stop();
  return EXIT.ok;
}

function emulatorOptions(values: ReturnType<typeof parseCommandArgs<typeof OPTIONS>>): GraphEmulatorOptions {
  const { data, host, faults, 'public-host': publicHost } = values;
  const reads = parseInteger('--lag', values.lag, { min: 0, max: 100 });
  return {
    ...(data !== undefined && { data }),
    tenant: parseTenant(values),
    ...(host !== undefined && { host }),
    ...(publicHost !== undefined && { publicHost }),
    allowRemote: values['allow-remote'],
    graphPort: parsePort('--graph-port', values['graph-port']),
    tlsPort: parsePort('--tls-port', values['tls-port']),
    groups: values.group ?? [],
    users: values.user ?? [],
    lag: { creates: reads, updates: reads, deletes: reads },
    faults: faults === undefined ? [] : readFaults(faults),
    seed: parseInteger('--seed', values.seed, { min: 0, max: 999_999_999 }),
    ...(!values.quiet && { logger: requestLogger() }),
  };
}

function parseTenant({ tenant: id, domain }: { readonly tenant?: string; readonly domain?: string }): Partial<Tenant> {
  if (id !== undefined && !GUID.test(id)) throw new UsageError(`--tenant: '${id}' is no tenant id; a GUID is`);
  return { ...(id !== undefined && { id: id.toLowerCase() }), ...(domain !== undefined && { domain }) };
}

/** Lines are written at once: a process that is killed has logged what it answered. */
function requestLogger(): Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 1, sync: true }));
}

function parsePort(option: string, text: string): number {
  return parseInteger(option, text, { min: 0, max: MAX_PORT });
}

function readFaults(file: string): readonly FaultRule[] {
  const parsed = FaultRules.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  throw new UsageError(`--faults: ${file}: ${z.prettifyError(parsed.error)}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--faults: ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Says where everything is; the secret is in the file alone. */
function introduction(emulator: GraphEmulator): string {
  return [
    `Graph            ${emulator.graphUrl}/v1.0`,
    `metadata, tokens ${emulator.tlsUrl}`,
    `authority        ${emulator.caFile}`,
    `environment      set -a; . '${writeEnvironment(emulator)}'; set +a`,
    '',
  ].join('\n');
}

void runCommand(main);
