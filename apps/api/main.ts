import type { Logger } from 'pino';
import { answerClientError } from './http/client-error';
import { createApp } from './app';
import { readConfiguration, type Configuration } from './configuration';
import { createLogger } from '../service/logger';
import { PolicyStore } from './policies/policy-store';
import { listen, shutDown, urlOf } from '../service/listen';
import { startTracing } from '../service/tracing';
import { FlowKeys } from './tokens/flow-keys';
import { tokenRules } from './token-rules';

const GRACE_MS = 8_000;
const EXIT_CONFIGURATION = 2;

/** Starts the API from the environment; ends it on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const read = readConfiguration(process.env);
  if (read.ok) await serve(read.configuration);
  else
    fail([
      'The API does not start, since its environment is wrong (see docs/application-reference.md):',
      ...read.findings,
    ]);
}

async function serve(configuration: Configuration): Promise<void> {
  const { isTraced, stop: stopTracing } = await startTracing('api', process.env);
  const logger = createLogger({ service: 'api', level: configuration.LOG_LEVEL });
  const tokens = tokenRules(configuration, (url) => keysAt(url, configuration, logger));
  const keys = new Set(Object.values(tokens.flows).map((flow) => flow.keys));
  const store = new PolicyStore({
    table: configuration.POLICIES_TABLE,
    region: configuration.AWS_REGION,
    endpoint: configuration.AWS_ENDPOINT_URL_DYNAMODB,
  });
  const app = createApp({
    store,
    logger,
    isTraced,
    tokens,
    trustProxy: configuration.TRUST_PROXY,
    limits: {
      requestsPerMinute: configuration.REQUESTS_PER_MINUTE,
      refusalsPerMinute: configuration.REFUSALS_PER_MINUTE,
    },
  });
  const server = await listen(app, {
    host: configuration.HOST,
    port: configuration.PORT,
    onClientError: answerClientError,
  });
  for (const one of keys) one.start();
  // Whoever reads that it listens may end it at once.
  const ended = endSignal();
  logger.info({ url: urlOf(server) }, 'listening');

  const signal = await ended;
  logger.info({ signal }, 'ending: requests in flight are answered');
  await shutDown(server, GRACE_MS);
  await stopTracing();
  for (const one of keys) one.stop();
  store.close();
}

function keysAt(metadataUrl: URL, { TENANT_ID: tenantId }: Configuration, logger: Logger): FlowKeys {
  return new FlowKeys({
    metadataUrl,
    tenantId,
    onFailure: (err) => {
      logger.warn({ err, metadataUrl: metadataUrl.href }, 'the signing keys could not be fetched');
    },
  });
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

main().catch((error: unknown) => {
  fail([`The API does not start: ${error instanceof Error ? error.message : 'unknown fault'}`]);
});
