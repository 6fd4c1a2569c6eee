import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import pino from 'pino';
import { z } from 'zod';
import type { FaultRule, GraphEmulator, GraphEmulatorOptions } from '../../../apps/emulator/graph';
import { startGraphEmulator, writeEnvironment } from '../../../apps/emulator/graph';
import type { Quirks } from '../../../apps/emulator/graph/quirks';
import { GUID } from '../../estate/sections/limits';
import { known } from '../../text/values';
import type * as commands from './options';
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
  const { data, authority, host, publicHost, throttle, seed, lag, tenant, domain, faults } = options;
  const { allowRemote, graphPort, tlsPort, group = [], user = [] } = options;
  if (tenant !== undefined && !GUID.test(tenant)) throw new UsageError(`--tenant must be a GUID, got '${tenant}'`);
  return {
    ...known({ data, authority, host, publicHost, throttle, seed }),
    ...(lag !== undefined && { lag: { creates: lag, updates: lag, deletes: lag } }),
    ...{ allowRemote, graphPort, tlsPort, groups: group, users: user },
    tenant: known({ id: tenant?.toLowerCase(), domain }),
    faults: faults === undefined ? [] : readFaults(faults),
    quirks: quirksOf(options),
    ...(!options.quiet && { logger: requestLogger() }),
  };
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

type Generosity = NonNullable<Options['forgive']>[number];

/** Quirks by the name that `--forgive` has for them. */
const GENEROUS: Readonly<Record<Generosity, Partial<Quirks>>> = {
  lag: { lag: 'none' },
  throttling: { throttling: 'none' },
  permissions: { permissions: 'ignored' },
  reads: { undocumentedReads: 'allowed' },
  properties: { undocumentedProperties: 'kept' },
  owners: { instantiateOwner: 'caller' },
  secrets: { synchronizationSecrets: 'replaced' },
  'saml-deletion': { samlDeletion: 'allowed' },
};

const Count = z.coerce.number().int().min(0);

/** Values that `--quirk` takes, from text. */
const CHOICES = {
  schemaDirectories: z.enum(['inline', 'relation']),
  userFlowPatch: z.literal(['204', '200']).transform((text) => (text === '200' ? 200 : 204)),
  readsUntilProvisioned: Count,
  stagedDeletions: Count,
  echoesCredentials: z.stringbool({ truthy: ['true'], falsy: ['false'] }),
};

/** Quirks of the emulator as its options say them. @throws UsageError for one that it does not have, or another value */
function quirksOf({ forgive = [], quirk = [] }: Pick<Options, 'forgive' | 'quirk'>): Partial<Quirks> {
  const forgiven = forgive.map((name) => GENEROUS[name]);
  return Object.assign({}, ...forgiven, ...quirk.map(parseQuirk)) as Partial<Quirks>;
}

function parseQuirk(text: string): Partial<Quirks> {
  const [name = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (!isQuirk(name)) {
    throw new UsageError(`--quirk must be NAME=VALUE with one of ${Object.keys(CHOICES).join(', ')}, got '${text}'`);
  }
  const parsed = CHOICES[name].safeParse(value);
  if (parsed.success) return { [name]: parsed.data };
  throw new UsageError(`--quirk ${name}: ${z.prettifyError(parsed.error)}`);
}

function isQuirk(name: string): name is keyof typeof CHOICES {
  return Object.hasOwn(CHOICES, name);
}
