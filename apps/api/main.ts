import type { Logger } from 'pino';
import { answerClientError } from './http/client-error';
import { createApp, type AppOptions } from './app';
import { readConfiguration, type Configuration } from './configuration';
import { createLogger } from '../service/logger';
import { PolicyStore } from './policies/policy-store';
import { listen, shutDown, urlOf } from '../service/listen';
import type { Caller } from './tokens/access-token';
import { FlowKeys } from './tokens/flow-keys';

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
  const logger = createLogger({ service: 'api', level: configuration.LOG_LEVEL });
  const keys = {
    'sign-in': keysOf('SIGN_IN', configuration, logger),
    'step-up': keysOf('STEP_UP', configuration, logger),
  };
  const store = new PolicyStore({
    table: configuration.POLICIES_TABLE,
    region: configuration.AWS_REGION,
    endpoint: configuration.AWS_ENDPOINT_URL_DYNAMODB,
  });
  const app = createApp({ store, logger, ...appOptions(configuration, keys) });
  const server = await listen(app, {
    host: configuration.HOST,
    port: configuration.PORT,
    onClientError: answerClientError,
  });
  for (const flow of Object.values(keys)) flow.start();
  logger.info({ url: urlOf(server) }, 'listening');

  const signal = await endSignal();
  logger.info({ signal }, 'ending: requests in flight are answered');
  await shutDown(server, GRACE_MS);
  for (const flow of Object.values(keys)) flow.stop();
  store.close();
}

function keysOf(flow: 'SIGN_IN' | 'STEP_UP', configuration: Configuration, logger: Logger): FlowKeys {
  const metadataUrl = configuration[`${flow}_METADATA_URL`];
  return new FlowKeys({
    metadataUrl,
    tenantId: configuration.TENANT_ID,
    onFailure: (err) => {
      logger.warn({ err, metadataUrl: metadataUrl.href }, 'the signing keys could not be fetched');
    },
  });
}

function appOptions(
  configuration: Configuration,
  keys: Readonly<Record<Caller['flow'], FlowKeys>>,
): Pick<AppOptions, 'trustProxy' | 'limits' | 'tokens'> {
  return {
    trustProxy: configuration.TRUST_PROXY,
    limits: {
      requestsPerMinute: configuration.REQUESTS_PER_MINUTE,
      refusalsPerMinute: configuration.REFUSALS_PER_MINUTE,
    },
    tokens: {
      audience: configuration.API_CLIENT_ID,
      authorizedParty: configuration.WEB_CLIENT_ID,
      flows: {
        'sign-in': { id: configuration.SIGN_IN_FLOW, keys: keys['sign-in'] },
        'step-up': { id: configuration.STEP_UP_FLOW, keys: keys['step-up'] },
      },
    },
  };
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
