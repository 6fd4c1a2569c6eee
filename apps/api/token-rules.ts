import type { Configuration } from './configuration';
import type { TokenRules } from './tokens/access-token';
import type { FlowKeys } from './tokens/flow-keys';

/**
 * Rules for the tokens that are taken, by the configuration. Of B2C each user flow has keys of its own, of External ID
 * the tenant has.
 */
export function tokenRules(configuration: Configuration, keysAt: (metadataUrl: URL) => FlowKeys): TokenRules {
  const { API_CLIENT_ID: audience, WEB_CLIENT_ID: authorizedParty, SIGN_IN_METADATA_URL } = configuration;
  const keys = keysAt(SIGN_IN_METADATA_URL);
  if (configuration.DIRECTORY_TYPE === 'external-id') {
    const stepUp = { audience: configuration.STEP_UP_API_CLIENT_ID, keys };
    return { authorizedParty, flows: { 'sign-in': { audience, keys }, 'step-up': stepUp } };
  }
  const { SIGN_IN_FLOW, STEP_UP_FLOW, STEP_UP_METADATA_URL } = configuration;
  return {
    authorizedParty,
    flows: {
      'sign-in': { id: SIGN_IN_FLOW, audience, keys },
      'step-up': { id: STEP_UP_FLOW, audience, keys: keysAt(STEP_UP_METADATA_URL) },
    },
  };
}
