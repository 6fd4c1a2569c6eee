import { X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { AwsApplication } from '../../../model/workforce';
import type { Directory } from '../graph/directory';
import type { FederationMetadata } from '../workforce-facts';

const list = <Item extends z.ZodType>(item: Item) => z.union([z.array(item), item.transform((one) => [one])]);

const Document = z.object({
  EntityDescriptor: z.object({
    '@entityID': z.string(),
    IDPSSODescriptor: z.object({
      KeyDescriptor: list(
        z.object({
          '@use': z.string().optional(),
          KeyInfo: z.object({ X509Data: z.object({ X509Certificate: z.string() }) }),
        }),
      ).default([]),
      SingleSignOnService: list(z.object({ '@Location': z.string() })).default([]),
    }),
  }),
});

/** Reads the federation metadata of an application as IAM Identity Center would. @throws Error if it is none */
export async function readMetadata({ cloud, web, tenantId }: Directory, appId: string): Promise<FederationMetadata> {
  const { login } = await cloud();
  const url = `${login}/${tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`;
  const answer = await web.send({ method: 'GET', url });
  if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status} ${entraErrorIn(answer.body) ?? ''}`.trim());
  // What stands in entities is nobody's metadata.
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    processEntities: false,
    parseTagValue: false,
  });
  const { success, data } = Document.safeParse(parser.parse(answer.body));
  if (!success) throw new Error(`GET ${url}: the answer is no SAML metadata of an identity provider`);
  const { IDPSSODescriptor: provider, '@entityID': entityId } = data.EntityDescriptor;
  const signing = provider.KeyDescriptor.filter((key) => (key['@use'] ?? 'signing') === 'signing');
  return {
    url,
    entityId,
    signOnUrls: [...new Set(provider.SingleSignOnService.map((service) => service['@Location']))],
    thumbprints: signing.map(({ KeyInfo }) => thumbprintOf(KeyInfo.X509Data.X509Certificate)),
  };
}

function thumbprintOf(certificate: string): string {
  return new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint.replaceAll(':', '');
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
  const request =
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_doctor" Version="2.0" ' +
    `IssueInstant="${new Date().toISOString()}" AssertionConsumerServiceURL="${saml.replyUrl}">` +
    `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${saml.identifier}</Issuer></samlp:AuthnRequest>`;
  const query = new URLSearchParams({ SAMLRequest: deflateRawSync(request).toString('base64') });
  const { status, body } = await web.send({ method: 'GET', url: `${login}/${tenantId}/saml2?${query.toString()}` });
  const error = entraErrorIn(body);
  if (error === undefined && status >= 400) throw new Error(`the sign-in page answers ${status}`);
  return error;
}

function entraErrorIn(body: string): string | undefined {
  return /AADSTS\d+/.exec(body)?.[0];
}
