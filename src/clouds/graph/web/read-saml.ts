import { parseSamlMetadata } from '../../../estate/source/saml-metadata';
import type { AwsApplication } from '../../../estate/sections/workforce/workforce';
import type { Directory } from '../directory';
import type { FederationMetadata } from '../../facts/workforce-facts';
import { samlRequestUrl } from './saml-request';

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
