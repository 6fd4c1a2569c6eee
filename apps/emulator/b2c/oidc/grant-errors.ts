import type { KoaContextWithOIDC } from 'oidc-provider';
import { needsTrace, traced } from '../aadb2c';
import type { ErrorCode } from '../aadb2c';
import { errorText } from '../errors';
import type { Registrations } from '../registrations';
import { domainOf } from '../registrations';

/** An error of the library at the token endpoint. */
export interface GrantFault {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_detail?: string | undefined;
}

export interface GrantErrorParts {
  readonly registrations: Registrations;
  readonly now: () => Date;
}

type Params = Readonly<Record<string, string | undefined>>;

/** Texts by error; the library's own stays where the service's is not known. */
const TEXTS: Readonly<Record<string, (params: Params, fault: GrantFault) => readonly [ErrorCode, string?]>> = {
  invalid_grant: (_params, { error_detail = '' }) => [error_detail.includes('account') ? 'AADB2C90128' : 'AADB2C90080'],
  unsupported_grant_type: ({ grant_type = '' }) => ['AADB2C90086', grant_type],
  invalid_scope: ({ scope = '' }) => ['AADB2C90117', scope],
};

/** The answer of the token endpoint to a request that it refuses. */
export function grantError(
  { oidc }: KoaContextWithOIDC,
  fault: GrantFault,
  { registrations, now }: GrantErrorParts,
): Readonly<Record<string, string>> {
  const params = (oidc.params ?? {}) as Params;
  const isKnown = oidc.client !== undefined;
  const text =
    fault.error === 'invalid_client'
      ? clientError(params, isKnown, registrations)
      : (textOf(registrations, TEXTS[fault.error]?.(params, fault)) ?? fault.error_description ?? '');
  return { error: fault.error, error_description: needsTrace(text) ? traced(text, now()) : text };
}

function textOf(registrations: Registrations, known: readonly [ErrorCode, string?] | undefined): string | undefined {
  return known && errorText(registrations, known[0], known[1] ?? '');
}

function clientError(
  { client_id = '', client_secret }: Params,
  isKnown: boolean,
  registrations: Registrations,
): string {
  if (!isKnown) return errorText(registrations, 'AADB2C90018', client_id, domainOf(registrations));
  return errorText(registrations, client_secret === undefined ? 'AADB2C90079' : 'AADB2C90081');
}
