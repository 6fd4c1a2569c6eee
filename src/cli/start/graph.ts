import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import pino from 'pino';
import { z } from 'zod';
import type { FaultRule, GraphEmulator, GraphEmulatorOptions } from '../../../apps/emulator/graph';
import { startGraphEmulator, writeEnvironment } from '../../../apps/emulator/graph';
import type { Tenant } from '../../../apps/emulator/graph/settings';
import { GUID } from '../../estate/sections/limits';
import type * as commands from './options';
import { quirksOf } from './graph-quirks';
import { EXIT, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';

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

type Options = OptionsOf<typeof commands.graph>;

export async function run(options: Options): Promise<number> {
  const emulator = await startGraphEmulator(emulatorOptions(options));
  // Whoever reads that it runs may end it at once.
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stderr.write(introduction(emulator));
  await ended;
  await emulator.stop();
  return EXIT.ok;
}

function emulatorOptions(options: Options): GraphEmulatorOptions {
  const { data, host, faults, publicHost, allowRemote, graphPort, tlsPort } = options;
  return {
    ...(data !== undefined && { data }),
    tenant: parseTenant(options),
    ...(host !== undefined && { host }),
    ...(publicHost !== undefined && { publicHost }),
    allowRemote,
    graphPort,
    tlsPort,
    groups: options.group ?? [],
    users: options.user ?? [],
    ...hardshipsOf(options),
    faults: faults === undefined ? [] : readFaults(faults),
    quirks: quirksOf(options),
    ...(!options.quiet && { logger: requestLogger() }),
  };
}

function hardshipsOf({ lag, throttle, seed }: Options): Pick<GraphEmulatorOptions, 'lag' | 'throttle' | 'seed'> {
  return {
    ...(lag !== undefined && { lag: { creates: lag, updates: lag, deletes: lag } }),
    ...(throttle !== undefined && { throttle }),
    ...(seed !== undefined && { seed }),
  };
}

function parseTenant({ tenant: id, domain }: { readonly tenant?: string; readonly domain?: string }): Partial<Tenant> {
  if (id !== undefined && !GUID.test(id)) throw new UsageError(`--tenant must be a GUID, got '${id}'`);
  return { ...(id !== undefined && { id: id.toLowerCase() }), ...(domain !== undefined && { domain }) };
}

/** Lines are written at once: a process that is killed has logged what it answered. */
function requestLogger(): Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 1, sync: true }));
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

/** Says where everything is, the secret in the file alone, and what repeats the run. */
function introduction(emulator: GraphEmulator): string {
  const { lag, throttling } = emulator.quirks;
  return [
    `Graph            ${emulator.graphUrl}/v1.0`,
    `metadata, tokens ${emulator.tlsUrl}`,
    `authority        ${emulator.caFile}`,
    `environment      set -a; . '${writeEnvironment(emulator)}'; set +a`,
    `hardships        lag ${lag}, throttling ${throttling} (--seed ${emulator.seed})`,
    '',
  ].join('\n');
}
