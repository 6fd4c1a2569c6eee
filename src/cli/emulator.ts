import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import pino from 'pino';
import { z } from 'zod';
import type { FaultRule, GraphEmulator, GraphEmulatorOptions } from '../../apps/emulator/graph';
import { startGraphEmulator, writeEnvironment } from '../../apps/emulator/graph';
import type { Tenant } from '../../apps/emulator/graph/settings';
import { GUID } from '../estate/sections/limits';
import type * as commands from './commands/local';
import { quirksOf } from './emulator-quirks';
import { EXIT, UsageError } from './program/cli';
import type { OptionsOf } from './program/define';

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

export async function run(options: OptionsOf<typeof commands.emulator>): Promise<number> {
  const emulator = await startGraphEmulator(emulatorOptions(options));
  // Whoever reads that it runs may end it at once.
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stderr.write(`${introduction(emulator)}${hardships(options)}`);
  await ended;
  await emulator.stop();
  return EXIT.ok;
}

function emulatorOptions(options: OptionsOf<typeof commands.emulator>): GraphEmulatorOptions {
  const { data, host, faults, publicHost, allowRemote, graphPort, tlsPort, lag, seed } = options;
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
    lag: { creates: lag, updates: lag, deletes: lag },
    faults: [...(faults === undefined ? [] : readFaults(faults)), ...throttled(options.throttle)],
    quirks: quirksOf(options),
    seed,
    ...(!options.quiet && { logger: requestLogger() }),
  };
}

/** For as long as it runs, so many requests are told to wait a second. */
function throttled(percent: number | undefined): readonly FaultRule[] {
  if (percent === undefined) return [];
  return [{ kind: 'throttled', probability: percent / 100, times: Number.POSITIVE_INFINITY, retryAfter: 1 }];
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

/** Says what makes a run hard, so that it can be repeated. */
function hardships({ lag, throttle, seed }: OptionsOf<typeof commands.emulator>): string {
  const parts = [
    ...(lag > 0 ? [`${lag} reads after a change don't see it`] : []),
    ...(throttle === undefined ? [] : [`${throttle} % of requests are throttled (seed ${seed})`]),
  ];
  return parts.length === 0 ? '' : `hardships        ${parts.join('; ')}\n`;
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
