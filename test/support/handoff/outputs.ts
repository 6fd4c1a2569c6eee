import type { CustomersOutputs } from '../../../src/handoff/customers-outputs';
import { inDays } from '../fixed-day';

const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';
const API = 'https://contosoclaims.onmicrosoft.com/api';

/** Not to be found in anything that is printed. */
export const CLIENT_SECRET = 'q8Q~made-up-for-the-tests';

/** What `pulumi stack output --json --show-secrets` has of the sandbox's customers program. */
export function outputsOf(changes: Partial<CustomersOutputs> = {}) {
  const flow = (id: string) => {
    const authority = `https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/${id}`;
    return { id, authority, metadataUrl: `${authority}/v2.0/.well-known/openid-configuration` };
  };
  return {
    directoryType: 'b2c' as const,
    tenantId: TENANT,
    apiClientId: '0b5f9d5e-6c1c-4a43-8d0d-5f3f1f0e2a11',
    webClientId: '7a1f5b1c-2d3e-4f50-9a6b-7c8d9e0f1a22',
    clientSecret: CLIENT_SECRET,
    // More than a period away, whatever day it is.
    clientSecretExpires: inDays(300),
    userFlows: {
      signIn: flow('B2C_1_signupsignin1'),
      stepUp: flow('B2C_1_signupsignin1_mfa'),
      profileEdit: flow('B2C_1_profileediting1'),
      passwordReset: flow('B2C_1_passwordreset1'),
    },
    scopes: [`${API}/Accounts.Read`, `${API}/Accounts.Write`],
    redirectUris: ['https://claims.example.com/auth/callback'],
    ...{ applications: {}, apis: {}, clientSecrets: {} },
    ...changes,
  };
}

const STEP_UP_SCOPE = 'https://contosocustomers.onmicrosoft.com/api-step-up/Accounts.Write';

/** What the same has of customers in an external tenant. */
export function externalOutputsOf() {
  const authority = 'https://contosocustomers.ciamlogin.com/3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32';
  const metadataUrl = `${authority}/v2.0/.well-known/openid-configuration`;
  return {
    ...outputsOf(),
    directoryType: 'external-id' as const,
    stepUpApiClientId: '5c9e2d10-8a4b-4f6e-9d37-2b1a0c8e7f65',
    scopes: ['https://contosocustomers.onmicrosoft.com/api/Accounts.Read', STEP_UP_SCOPE],
    userFlows: { signIn: { id: 'Sign up and sign in', authority, metadataUrl } },
  };
}
