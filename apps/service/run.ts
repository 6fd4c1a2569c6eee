import type { Logger } from 'pino';
import type { z } from 'zod';
import type { ReadSettings, ServiceSettings } from './settings';
import { listen, type RefusalBody } from './listen';
import { createLogger } from './logger';
import { readTls } from './tls';

const GRACE_MS = 8_000;
const EXIT_CONFIGURATION = 2;

/** Settings of every service: where it listens, and how much it logs. */
type Settings = Pick<z.output<typeof ServiceSettings>, 'HOST' | 'PORT' | 'LOG_LEVEL' | 'TLS_FOLDER'>;

interface Service {
  readonly app: Parameters<typeof listen>[0];
  readonly refusal: RefusalBody;
  /** Work beside requests, until after the last one. */
  readonly background: Iterable<{ readonly start: () => void; readonly stop: () => void }>;
}

interface Program<Configuration> {
  readonly name: 'api' | 'web';
  /** In messages: `The API`. */
  readonly title: string;
  readonly read: (environment: NodeJS.ProcessEnv) => ReadSettings<Configuration>;
  readonly create: (
    configuration: Configuration,
    observed: { readonly logger: Logger; readonly isTraced: boolean },
  ) => Service;
}

/** Runs a service from the environment; ends it on SIGTERM or SIGINT. Exit code 2 where the environment is wrong. */
export async function run<Configuration extends Settings>(program: Program<Configuration>): Promise<void> {
  try {
    const read = program.read(process.env);
    if (read.ok) await serve(program, read.configuration);
    else
      fail([
        `${program.title} does not start, since its environment is wrong (npx --no entra-aws docs application-reference):`,
        ...read.findings,
      ]);
  } catch (error) {
    fail([`${program.title} does not start: ${error instanceof Error ? error.message : 'unknown fault'}`]);
  }
}

async function serve<Configuration extends Settings>(
  { name, create }: Program<Configuration>,
  configuration: Configuration,
): Promise<void> {
  const stopTracing = await startTracing(name);
  const { HOST: host, PORT: port, LOG_LEVEL: level, TLS_FOLDER: folder } = configuration;
  const tls = folder === undefined ? undefined : readTls(folder);
  const logger = createLogger({ service: name, level });
  const { app, refusal, background } = create(configuration, { logger, isTraced: stopTracing !== undefined });
  const listener = await listen(app, { host, port, tls, refusal });
  for (const one of background) one.start();
  // Whoever reads that it listens may end it at once.
  const ended = endSignal();
  logger.info({ url: listener.url }, 'listening');

  const signal = await ended;
  logger.info({ signal }, 'ending: requests in flight are answered');
  await listener.stop(GRACE_MS);
  await stopTracing?.();
  for (const one of background) one.stop();
}

/**
 * Sends spans of a service, by its name unless `OTEL_SERVICE_NAME` has another, to the OpenTelemetry collector that the
 * environment names; without one, the libraries are not even loaded.
 *
 * @returns what sends the rest when the service ends; undefined if no spans are sent
 */
async function startTracing(name: string): Promise<(() => Promise<void>) | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_SERVICE_NAME: service = name } = process.env;
  return collector ? (await import('./open-telemetry.js')).sendSpans(service) : undefined;
}

function endSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
}

function fail(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n  ')}\n`);
  process.exitCode = EXIT_CONFIGURATION;
}
