import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { ASSERTION, EMAIL_ADDRESS, PROTOCOL, readXml, Text, writeXml } from './xml';

/** A request for a sign-in, as a service provider sends it with a browser. */
export interface AuthnRequest {
  readonly id: string;
  /** Identifier of the application. */
  readonly issuer: string;
  /** Address that the answer goes to; the application's first where the request has none. */
  readonly replyUrl: string | undefined;
}

/** Most bytes of a request once it is inflated. */
const MAX_BYTES = 64_000;

const Document = z.object({
  AuthnRequest: z.object({
    '@ID': z.string(),
    '@AssertionConsumerServiceURL': z.string().optional(),
    Issuer: Text,
  }),
});

/** Reads a request in the redirect binding; undefined for anything else. */
export function readRequest(encoded: string): AuthnRequest | undefined {
  const { AuthnRequest: request } = readXml(inflated(encoded), Document) ?? {};
  if (request === undefined) return undefined;
  return { id: request['@ID'], issuer: request.Issuer, replyUrl: request['@AssertionConsumerServiceURL'] };
}

function inflated(encoded: string): string {
  try {
    return inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
  } catch {
    return '';
  }
}

/** Parameters with which a browser brings a request to `signOnUrl`. */
export function requestUrl(
  signOnUrl: string,
  { id, issuer, replyUrl, now }: AuthnRequest & { readonly now: Date },
): string {
  const request = writeXml({
    'samlp:AuthnRequest': {
      '@xmlns:samlp': PROTOCOL,
      '@ID': id,
      '@Version': '2.0',
      '@IssueInstant': now.toISOString(),
      '@Destination': signOnUrl,
      ...(replyUrl !== undefined && { '@AssertionConsumerServiceURL': replyUrl }),
      Issuer: { '@xmlns': ASSERTION, '#text': issuer },
      'samlp:NameIDPolicy': { '@Format': EMAIL_ADDRESS },
    },
  });
  const url = new URL(signOnUrl);
  url.searchParams.set('SAMLRequest', deflateRawSync(request).toString('base64'));
  return url.href;
}
