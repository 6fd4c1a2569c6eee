import { once } from 'node:events';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { ReadSettings, ServiceSettings } from './settings';
import { listen, type RefusalBody } from './listen';
import { createLogger } from './logger';
import { requestTrace } from './request-trace';

const GRACE_MS = 8_000;
const EXIT_CONFIGURATION = 2;

interface Service {
  readonly app: Express;
  readonly refusal: RefusalBody;
  /** Work beside requests, until after the last one. */
  readonly background: Iterable<{ readonly start: () => void; readonly stop: () => void }>;
}

interface Program<Configuration> {
  readonly name: 'api' | 'web';
  readonly read: (environment: NodeJS.ProcessEnv) => ReadSettings<Configuration>;
  readonly create: (configuration: Configuration, logger: Logger) => Service;
}

/** Runs a service from the environment; ends it on SIGTERM or SIGINT. Exit code 2 where the environment is wrong. */
export async function run<Configuration extends z.output<typeof ServiceSettings>>(
  program: Program<Configuration>,
): Promise<void> {
  const title = program.name === 'api' ? 'The API' : 'The web';
  try {
    const read = program.read(process.env);
    if (read.ok) await serve(program, read.configuration);
    else
      fail([
        `${title} does not start, since its environment is wrong (npx --no entra-aws docs application-reference):`,
        ...read.findings,
      ]);
  } catch (error) {
    fail([`${title} does not start: ${error instanceof Error ? error.message : 'unknown fault'}`]);
  }
}

async function serve<Configuration extends z.output<typeof ServiceSettings>>(
  { name, create }: Program<Configuration>,
  configuration: Configuration,
): Promise<void> {
  const stopTracing = await startTracing(name);
  const logger = createLogger(name, configuration.LOG_LEVEL);
  const { app, refusal, background } = create(configuration, logger);
  app.set('trust proxy', configuration.TRUST_PROXY);
  const { HOST: host, PORT: port, TLS_FOLDER: tlsFolder } = configuration;
  // Spans that are not sent would only take time.
  const door = stopTracing ? express().disable('x-powered-by').use(requestTrace(), app) : app;
  const listener = await listen(door, { host, port, tlsFolder, refusal });
  for (const one of background) one.start();
  // Whoever reads that it listens may end it at once.
  const ended = Promise.race(['SIGTERM', 'SIGINT'].map((name) => once(process, name)));
  logger.info({ url: listener.url }, 'listening');

  const [signal] = (await ended) as [NodeJS.Signals];
  logger.info({ signal }, 'ending: requests in flight are answered');
  await listener.stop(GRACE_MS);
  await stopTracing?.();
  for (const one of background) one.stop();
}

/**
 * Sends spans to the OpenTelemetry collector that the environment names. @returns what sends the rest when the service
 * ends; undefined without a collector, for which the libraries, larger than all else, are not even loaded
 */
async function startTracing(name: string): Promise<(() => Promise<void>) | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_SERVICE_NAME: service = name } = process.env;
  return collector ? (await import('./open-telemetry.js')).sendSpans(service) : undefined;
}

function fail(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n  ')}\n`);
  process.exitCode = EXIT_CONFIGURATION;
}
