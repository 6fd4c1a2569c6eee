import type { Logger } from 'pino';
import { refusal } from './http/refusal';
import { createApp } from './app';
import { readConfiguration, type Configuration } from './configuration';
import { PolicyStore } from './policies/policy-store';
import { run } from '../service/run';
import { FlowKeys } from './tokens/flow-keys';
import { tokenRules } from './token-rules';

void run({
  name: 'api',
  title: 'The API',
  read: readConfiguration,
  create: (configuration, { logger, isTraced }) => {
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
    return { app, refusal, background: keys, database: store };
  },
});

function keysAt(metadataUrl: URL, { TENANT_ID: tenantId }: Configuration, logger: Logger): FlowKeys {
  return new FlowKeys({
    metadataUrl,
    tenantId,
    onFailure: (err) => {
      logger.warn({ err, metadataUrl: metadataUrl.href }, 'the signing keys could not be fetched');
    },
  });
}
