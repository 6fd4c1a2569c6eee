import { randomUUID } from 'node:crypto';

/**
 * Texts of the service's errors.
 * Source: https://learn.microsoft.com/azure/active-directory-b2c/error-codes
 */
const TEXTS = {
  AADB2C90006: "The redirect URI '{0}' provided in the request is not registered for the client id '{1}'.",
  AADB2C90018: "The client ID '{0}' specified in the request is not registered in tenant '{1}'.",
  AADB2C90022: "Unable to return metadata for the policy '{0}' in tenant '{1}'.",
  AADB2C90051: 'No suitable claims providers were found.',
  AADB2C90077: "User does not have an existing session and request prompt parameter has a value of '{0}'.",
  AADB2C90079: 'Clients must send a client_secret when redeeming a confidential grant.',
  AADB2C90080: 'The provided grant has expired. Please re-authenticate and try again.',
  AADB2C90081:
    'The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again.',
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
} as const;

export type ErrorCode = keyof typeof TEXTS;

/** The error in one line; `traced` adds what makes it findable. */
export function aadb2cText(code: ErrorCode, values: readonly string[]): string {
  return `${code}: ${fill(TEXTS[code], values)}`;
}

/** Puts values in the places `{0}`, `{1}` of a text. */
export function fill(text: string, values: readonly string[]): string {
  return text.replace(/\{(\d)\}/g, (_match, index: string) => values[Number(index)] ?? '');
}

/** The error with its correlation id and time, as the service ends each. */
export function traced(text: string, now: Date): string {
  const time = now
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return `${text}\r\nCorrelation ID: ${randomUUID()}\r\nTimestamp: ${time}\r\n`;
}

/** Whether a text is one of a service's that has no correlation id yet. */
export function needsTrace(text: string): boolean {
  return /^AAD(B2C|STS)\d+: /.test(text) && !text.includes('\r\n');
}
