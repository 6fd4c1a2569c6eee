import type { B2cFaults } from './faults';
import type { SigningKeys } from './keys';
import type { Flow, Registrations } from './registrations';
import { RESPONSE_TYPES } from './oidc/clients';
import { serviceOf } from './services/service';
import type { Entries } from './store/entries';
import type { Inbox } from './store/inbox';
import type { Users } from './store/users';

/** Origins under which the emulator is reached. */
export interface Origins {
  /** By browsers, and in the issuer. */
  readonly browser: string;
  /** By the applications. */
  readonly applications: string;
  /** Browsers come through a proxy, whose origin is `browser`. */
  readonly isFronted: boolean;
}

/** Everything that the emulator works on. */
export interface Parts {
  readonly registrations: Registrations;
  readonly origins: Origins;
  readonly users: Users;
  readonly inbox: Inbox;
  readonly entries: Entries;
  readonly keys: SigningKeys;
  readonly faults: B2cFaults;
  readonly cookieKeys: readonly string[];
  readonly rotateRefreshTokens: boolean;
  readonly now: () => Date;
}

/** One issuer for all flows. */
export function issuerOf({ origins, registrations }: Pick<Parts, 'origins' | 'registrations'>): string {
  return serviceOf(registrations).issuerOf(origins.browser, registrations.tenantId);
}

/** Prefix of a flow's endpoints, for browsers or for applications. */
export function authorityOf({ registrations }: Pick<Parts, 'registrations'>, origin: string, flow: Flow): string {
  return `${origin}${serviceOf(registrations).pathOf(registrations, flow)}`;
}

/** OpenID metadata of a flow, with the members that the service's has. */
export function metadataOf(parts: Parts, flow: Flow): Readonly<Record<string, unknown>> {
  const { registrations, origins } = parts;
  const { publishedScopes, claimNames } = serviceOf(registrations);
  const browser = authorityOf(parts, origins.browser, flow);
  const applications = authorityOf(parts, origins.applications, flow);
  return {
    issuer: issuerOf(parts),
    authorization_endpoint: `${browser}/oauth2/v2.0/authorize`,
    token_endpoint: `${applications}/oauth2/v2.0/token`,
    end_session_endpoint: `${browser}/oauth2/v2.0/logout`,
    jwks_uri: `${applications}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: RESPONSE_TYPES,
    scopes_supported: publishedScopes,
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: [...claimNames(registrations, flow), 'iss', 'iat', 'exp', 'aud', 'nonce'],
  };
}
