import type { Logger } from 'pino';
import { createApp } from './app';
import { refusal } from './http/page-error';
import { readConfiguration, type Configuration } from './configuration';
import { PoliciesApi } from './policies/policies-api';
import { run } from '../service/run';
import { SessionTable } from './sessions/session-table';
import { Flow, flowIdIn, type Flows } from './sign-in/flow';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

void run({
  name: 'web',
  title: 'The web',
  read: readConfiguration,
  create: (configuration, { logger, isTraced }) => {
    const flows = flowsOf(configuration, logger);
    const table = tableOf(configuration);
    const app = createApp({
      logger,
      isTraced,
      flows,
      table,
      api: new PoliciesApi({ url: configuration.API_URL }),
      baseUrl: configuration.BASE_URL,
      callbacks: { 'sign-in': configuration.SIGN_IN_CALLBACK, 'step-up': configuration.STEP_UP_CALLBACK },
      scopes: { read: configuration.API_READ_SCOPE, write: configuration.API_WRITE_SCOPE },
      stepUpMs: configuration.STEP_UP_MINUTES * MINUTE_MS,
      requestsPerMinute: configuration.REQUESTS_PER_MINUTE,
      trustProxy: configuration.TRUST_PROXY,
    });
    return { app, refusal, background: new Set(Object.values(flows)) };
  },
});

function flowsOf(configuration: Configuration, logger: Logger): Flows {
  const { WEB_CLIENT_ID: clientId, WEB_CLIENT_SECRET: clientSecret } = configuration;
  const onFailure = (metadataUrl: URL) => (err: unknown) => {
    logger.warn({ err, metadataUrl: metadataUrl.href }, 'the directory does not tell of the flow; trying again');
  };
  const options = (metadataUrl: URL) => ({ metadataUrl, clientId, clientSecret, onFailure: onFailure(metadataUrl) });
  if (configuration.DIRECTORY_TYPE === 'external-id') {
    // One place for both: the scope that is asked for decides on the second factor.
    const flow = new Flow(options(configuration.SIGN_IN_METADATA_URL));
    return { 'sign-in': flow, 'step-up': flow };
  }
  const userFlow = (metadataUrl: URL): Flow => new Flow({ ...options(metadataUrl), id: flowIdIn(metadataUrl) });
  return {
    'sign-in': userFlow(configuration.SIGN_IN_METADATA_URL),
    'step-up': userFlow(configuration.STEP_UP_METADATA_URL),
    'profile-edit': userFlow(configuration.PROFILE_EDIT_METADATA_URL),
    'password-reset': userFlow(configuration.PASSWORD_RESET_METADATA_URL),
  };
}

function tableOf(configuration: Configuration): SessionTable {
  return new SessionTable({
    table: configuration.SESSIONS_TABLE,
    region: configuration.AWS_REGION,
    endpoint: configuration.AWS_ENDPOINT_URL_DYNAMODB,
    keys: configuration.SESSION_KEYS,
    idleMs: configuration.SESSION_IDLE_MINUTES * MINUTE_MS,
    maxMs: configuration.SESSION_MAX_HOURS * HOUR_MS,
  });
}
