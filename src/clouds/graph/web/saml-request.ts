import { deflateRawSync } from 'node:zlib';

export interface SamlRequest {
  /** Origin that people sign in to: `https://login.microsoftonline.com`. */
  readonly login: string;
  readonly tenantId: string;
  /** Identifier of the application. */
  readonly issuer: string;
  /** Address that the answer goes to. */
  readonly replyUrl: string;
  readonly now: Date;
}

/** The address that a SAML request leads a person to (HTTP-Redirect binding). */
export function samlRequestUrl({ login, tenantId, issuer, replyUrl, now }: SamlRequest): string {
  const request =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_doctor" Version="2.0" ' +
    `IssueInstant="${now.toISOString()}" AssertionConsumerServiceURL="${replyUrl}">` +
    `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</Issuer></samlp:AuthnRequest>`;
  const query = new URLSearchParams({ SAMLRequest: deflateRawSync(request).toString('base64') });
  return `${login}/${tenantId}/saml2?${query.toString()}`;
}
