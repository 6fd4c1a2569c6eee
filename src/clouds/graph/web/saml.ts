import { deflateRawSync } from 'node:zlib';
import type { AwsApplication } from '../../../estate/sections/workforce/workforce';
import { parseSamlMetadata } from '../../../estate/source/saml-metadata';
import type { FederationMetadata } from '../../facts/workforce-facts';
import type { Directory } from '../directory';

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

/** Reads the federation metadata of an application as IAM Identity Center would. @throws Error if it is none */
export async function readMetadata({ cloud, web, tenantId }: Directory, appId: string): Promise<FederationMetadata> {
  const { login } = await cloud();
  const url = `${login}/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`;
  const answer = await web.send({ method: 'GET', url });
  if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status} ${entraErrorIn(answer.body) ?? ''}`.trim());
  const metadata = parseSamlMetadata(answer.body);
  if (metadata === undefined) throw new Error(`GET ${url}: the answer is not SAML metadata of an identity provider`);
  return { url, ...metadata };
}

/**
 * Sends the SAML request that IAM Identity Center sends a person with (HTTP-Redirect binding), and reads what comes back.
 *
 * @returns the code of Entra's error page, such as `AADSTS50011`; undefined if it asks who signs in
 */
export async function readSignInError(
  { cloud, web, tenantId }: Directory,
  { saml }: AwsApplication,
): Promise<string | undefined> {
  const { login } = await cloud();
  const { identifier: issuer, replyUrl } = saml;
  const url = samlRequestUrl({ login, tenantId, issuer, replyUrl, now: new Date() });
  const { status, body } = await web.send({ method: 'GET', url });
  const error = entraErrorIn(body);
  if (error === undefined && status >= 400) throw new Error(`the sign-in page answers ${status}`);
  return error;
}

function entraErrorIn(body: string): string | undefined {
  return /AADSTS\d+/.exec(body)?.[0];
}
