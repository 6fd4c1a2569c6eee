import type { Parts } from '../parts';
import { issuerOf } from '../parts';
import { claimNames } from '../oidc/claims';
import type { Flow } from '../registrations';
import { domainOf } from '../registrations';

/** Where a flow's endpoints are, for browsers or for applications. */
export function authorityOf({ registrations }: Pick<Parts, 'registrations'>, origin: string, flow: Flow): string {
  return `${origin}/${domainOf(registrations)}/${flow.id}`;
}

/** OpenID metadata of a flow, with the members that the service's has. */
export function metadataOf(parts: Parts, flow: Flow): Readonly<Record<string, unknown>> {
  const browser = authorityOf(parts, parts.origins.browser, flow);
  const applications = authorityOf(parts, parts.origins.applications, flow);
  return {
    issuer: issuerOf(parts),
    authorization_endpoint: `${browser}/oauth2/v2.0/authorize`,
    token_endpoint: `${applications}/oauth2/v2.0/token`,
    end_session_endpoint: `${browser}/oauth2/v2.0/logout`,
    jwks_uri: `${applications}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: ['code'],
    scopes_supported: ['openid'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: [...claimNames(flow), 'iss', 'iat', 'exp', 'aud', 'nonce'],
  };
}
