import type { ErrorCode } from './aadb2c';
import { fill } from './aadb2c';

/**
 * What External ID answers where B2C has an error of its own.
 * Source: Microsoft Entra, 'Microsoft Entra authentication and authorization error codes'.
 */
const TEXTS: Readonly<Record<ErrorCode, string>> = {
  AADB2C90006:
    "AADSTS50011: The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'.",
  AADB2C90018: "AADSTS700016: Application with identifier '{0}' was not found in the directory '{1}'.",
  AADB2C90022: "AADSTS90002: Tenant '{1}' not found.",
  AADB2C90051: 'AADSTS500208: The domain is not a valid login domain for the account type.',
  AADB2C90077: 'AADSTS50058: A silent sign-in request was sent but no user is signed in.',
  AADB2C90079: "AADSTS7000218: The request body must contain the parameter 'client_assertion' or 'client_secret'.",
  AADB2C90080: 'AADSTS70008: The provided authorization code or refresh token has expired.',
  AADB2C90081: 'AADSTS7000215: Invalid client secret provided.',
  AADB2C90085: 'AADSTS90033: A transient error has occurred. Please try again.',
  AADB2C90086: "AADSTS70003: The app requested an unsupported grant type '{0}'.",
  AADB2C90091: 'AADSTS65004: The user cancelled the sign-in.',
  AADB2C90117: "AADSTS70011: The provided value for the input parameter 'scope' is not valid: '{0}'.",
  AADB2C90118: 'AADSTS50055: The password is expired.',
  AADB2C90128: 'AADSTS500341: The user account has been deleted from the directory.',
  AADB2C90146:
    "AADSTS28000: The provided value for the input parameter 'scope' contains more than one resource: '{0}'.",
  AADB2C90205: 'AADSTS65001: The user or administrator has not consented to use the application.',
};

/** The error in one line. */
export function aadstsText(code: ErrorCode, values: readonly string[]): string {
  return fill(TEXTS[code], values);
}
