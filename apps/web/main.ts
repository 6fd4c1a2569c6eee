import type { Logger } from 'pino';
import { createApp } from './app';
import { refusal } from './http/page-error';
import { readConfiguration, type Configuration } from './configuration';
import { PoliciesApi } from './policies/policies-api';
import { run } from '../service/run';
import { SessionTable } from './sessions/session-table';
import { Flow, flowIdIn, type Flows } from './sign-in/flow';

const MINUTE_MS = 60_000;

void run({
  name: 'web',
  read: readConfiguration,
  create: (configuration, logger) => {
    const flows = flowsOf(configuration, logger);
    const table = new SessionTable({
      table: configuration.SESSIONS_TABLE,
      region: configuration.AWS_REGION,
      endpoint: configuration.AWS_ENDPOINT_URL_DYNAMODB,
      keys: configuration.SESSION_KEYS,
      idleMs: configuration.SESSION_IDLE_MINUTES * MINUTE_MS,
      maxMs: configuration.SESSION_MAX_HOURS * 60 * MINUTE_MS,
    });
    const app = createApp({
      logger,
      flows,
      table,
      api: new PoliciesApi(configuration.API_URL),
      baseUrl: configuration.BASE_URL,
      callbacks: { 'sign-in': configuration.SIGN_IN_CALLBACK, 'step-up': configuration.STEP_UP_CALLBACK },
      scopes: { read: configuration.API_READ_SCOPE, write: configuration.API_WRITE_SCOPE },
      stepUpMs: configuration.STEP_UP_MINUTES * MINUTE_MS,
      requestsPerMinute: configuration.REQUESTS_PER_MINUTE,
    });
    return { app, refusal, background: new Set(Object.values(flows)) };
  },
});

function flowsOf(configuration: Configuration, logger: Logger): Flows {
  const { WEB_CLIENT_ID: clientId, WEB_CLIENT_SECRET: clientSecret } = configuration;
  const flowAt = (metadataUrl: URL, named: { readonly id?: string } = { id: flowIdIn(metadataUrl) }): Flow => {
    const onFailure = (err: unknown): void => {
      logger.warn({ err, metadataUrl: metadataUrl.href }, 'the directory does not tell of the flow; trying again');
    };
    return new Flow({ ...named, metadataUrl, clientId, clientSecret, onFailure });
  };
  if (configuration.DIRECTORY_TYPE === 'external-id') {
    // One place for both: the scope that is asked for decides on the second factor.
    const flow = flowAt(configuration.SIGN_IN_METADATA_URL, {});
    return { 'sign-in': flow, 'step-up': flow };
  }
  return {
    'sign-in': flowAt(configuration.SIGN_IN_METADATA_URL),
    'step-up': flowAt(configuration.STEP_UP_METADATA_URL),
    'profile-edit': flowAt(configuration.PROFILE_EDIT_METADATA_URL),
    'password-reset': flowAt(configuration.PASSWORD_RESET_METADATA_URL),
  };
}
