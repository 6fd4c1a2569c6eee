import { randomUUID } from 'node:crypto';
import type { Registrations } from './registrations';

/** Errors of B2C. Source: https://learn.microsoft.com/azure/active-directory-b2c/error-codes */
const B2C_TEXTS = {
  AADB2C90006: "The redirect URI '{0}' provided in the request is not registered for the client id '{1}'.",
  AADB2C90013: "The requested response type '{0}' provided in the request is not supported.",
  AADB2C90014: "The requested response mode '{0}' provided in the request is not supported.",
  AADB2C90018: "The client ID '{0}' specified in the request is not registered in tenant '{1}'.",
  AADB2C90022: "Unable to return metadata for the policy '{0}' in tenant '{1}'.",
  AADB2C90051: 'No suitable claims providers were found.',
  AADB2C90057: "The provided application is not configured to allow the 'OAuth' Implicit flow.",
  AADB2C90077: "User does not have an existing session and request prompt parameter has a value of '{0}'.",
  AADB2C90079: 'Clients must send a client_secret when redeeming a confidential grant.',
  AADB2C90080: 'The provided grant has expired. Please re-authenticate and try again.',
  AADB2C90081:
    'The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again.',
  AADB2C90083: 'The request is missing required parameter: {0}.',
  AADB2C90084: 'Public clients should not send a client_secret when redeeming a publicly acquired grant.',
  AADB2C90085: 'The service has encountered an internal error. Please reauthenticate and try again.',
  AADB2C90086: 'The supplied grant_type [{0}] is not supported.',
  AADB2C90091: 'The user has cancelled entering self-asserted information.',
  AADB2C90117: "The scope '{0}' provided in the request is not supported.",
  AADB2C90118: 'The user has forgotten their password.',
  AADB2C90128: 'The account associated with this grant no longer exists. Please reauthenticate and try again.',
  AADB2C90146:
    "The scope '{0}' provided in request specifies more than one resource for an access token, which is not supported.",
  AADB2C90205:
    'This application does not have sufficient permissions against this web resource to perform the operation.',
  AADB2C99059:
    'The supplied request must present a code_challenge. Required for single-page apps using the authorization code flow.',
} as const;

type B2cCode = keyof typeof B2C_TEXTS;

/** Errors of External ID alone. */
const EXTERNAL_ID_ONLY = {
  AADSTS50076:
    "Due to a configuration change made by your administrator, you must use multi-factor authentication to access '{0}'.",
  AADSTS1002012:
    "The provided value for scope '{0}' is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
  AADSTS9002326: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  AADSTS9002327:
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
} as const;

export type ErrorCode = B2cCode | keyof typeof EXTERNAL_ID_ONLY;

/**
 * Answers of External ID where B2C has an error of its own.
 * Source: Microsoft Entra, 'Microsoft Entra authentication and authorization error codes'.
 */
const EXTERNAL_ID_TEXTS: Readonly<Record<B2cCode, string>> = {
  AADB2C90006:
    "AADSTS50011: The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'.",
  AADB2C90013: "AADSTS700051: response_type '{0}' is not enabled for the application.",
  AADB2C90014: "AADSTS70007: '{0}' is not a supported value of 'response_mode' when requesting a token.",
  AADB2C90018: "AADSTS700016: Application with identifier '{0}' was not found in the directory '{1}'.",
  AADB2C90022: "AADSTS90002: Tenant '{1}' not found.",
  AADB2C90051: 'AADSTS500208: The domain is not a valid login domain for the account type.',
  AADB2C90057: "AADSTS700054: response_type 'id_token' is not enabled for the application.",
  AADB2C90077: 'AADSTS50058: A silent sign-in request was sent but no user is signed in.',
  AADB2C90079: "AADSTS7000218: The request body must contain the parameter 'client_assertion' or 'client_secret'.",
  AADB2C90080: 'AADSTS70008: The provided authorization code or refresh token has expired.',
  AADB2C90081: 'AADSTS7000215: Invalid client secret provided.',
  AADB2C90083: "AADSTS900144: The request body must contain the following parameter: '{0}'.",
  AADB2C90084: "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  AADB2C90085: 'AADSTS90033: A transient error has occurred. Please try again.',
  AADB2C90086: "AADSTS70003: The app requested an unsupported grant type '{0}'.",
  AADB2C90091: 'AADSTS65004: The user cancelled the sign-in.',
  AADB2C90117: "AADSTS70011: The provided value for the input parameter 'scope' is not valid: '{0}'.",
  AADB2C90118: 'AADSTS50055: The password is expired.',
  AADB2C90128: 'AADSTS500341: The user account has been deleted from the directory.',
  AADB2C90146:
    "AADSTS28000: The provided value for the input parameter 'scope' contains more than one resource: '{0}'.",
  AADB2C90205: 'AADSTS65001: The user or administrator has not consented to use the application.',
  AADB2C99059: 'AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
};

/** An error as the directory's own service says it, in one line; `traced` adds what makes it findable. */
export function errorText(
  { directoryType = 'b2c' }: Pick<Registrations, 'directoryType'>,
  code: ErrorCode,
  ...values: readonly string[]
): string {
  return textFor(directoryType, code).replace(/\{(\d)\}/g, (_match, index: string) => values[Number(index)] ?? '');
}

function textFor(directoryType: Registrations['directoryType'], code: ErrorCode): string {
  if (code in EXTERNAL_ID_ONLY) return `${code}: ${EXTERNAL_ID_ONLY[code as keyof typeof EXTERNAL_ID_ONLY]}`;
  const shared = code as B2cCode;
  return directoryType === 'b2c' ? `${code}: ${B2C_TEXTS[shared]}` : EXTERNAL_ID_TEXTS[shared];
}

/** The error with its correlation id and time, as the service ends each. */
export function traced(text: string, now: Date): string {
  const time = now
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return `${text}\r\nCorrelation ID: ${randomUUID()}\r\nTimestamp: ${time}\r\n`;
}

/** A text of a service that has no correlation id yet. */
export function needsTrace(text: string): boolean {
  return /^AAD(B2C|STS)\d+: /.test(text) && !text.includes('\r\n');
}
