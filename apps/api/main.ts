import { run } from '../service/run';
import { createApp } from './app';
import { readConfiguration, tokenRules } from './configuration';
import { refusal } from './http/problem';
import { PolicyStore } from './policies/policy-store';
import { FlowKeys } from './tokens/flow-keys';

void run({
  name: 'api',
  read: readConfiguration,
  create: (configuration, logger) => {
    const keysAt = (metadataUrl: URL): FlowKeys =>
      new FlowKeys({
        metadataUrl,
        tenantId: configuration.TENANT_ID,
        onFailure: (err) => {
          logger.warn({ err, metadataUrl: metadataUrl.href }, 'the signing keys could not be fetched');
        },
      });
    const tokens = tokenRules(configuration, keysAt);
    const keys = new Set(Object.values(tokens.flows).map((flow) => flow.keys));
    const { POLICIES_TABLE: table, AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = configuration;
    const store = new PolicyStore({ table, region, endpoint });
    const { REQUESTS_PER_MINUTE: requestsPerMinute, REFUSALS_PER_MINUTE: refusalsPerMinute } = configuration;
    const app = createApp({ store, logger, tokens, limits: { requestsPerMinute, refusalsPerMinute } });
    return { app, refusal, background: keys };
  },
});
