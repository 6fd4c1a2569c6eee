import { inflateRawSync } from 'node:zlib';
import type { Directory } from '../directory/directory';
import type { Reply } from '../context';
import { findText, objectsOf, textOf, textsOf } from '../json';
import { servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';

export interface SamlEndpoints {
  readonly directory: Directory;
  readonly loginUrl: string;
}

/** Most bytes of a request once it is inflated. */
const MAX_REQUEST_BYTES = 64_000;

/**
 * Federation metadata of an application, as `?appid=` asks for it: who answers, where, and the certificate that signs. The
 * service's own document says more; an identity provider is known by this much.
 */
export function metadataReply({ directory, loginUrl }: SamlEndpoints, parameters: URLSearchParams): Reply {
  const principal = directory.findByAppId('servicePrincipals', parameters.get('appid') ?? '');
  if (principal === undefined) return page(400, 'AADSTS700016: Application was not found in the directory.');
  const { id } = directory.tenant;
  const location = `${loginUrl}/${id}/saml2`;
  const services = ['Redirect', 'POST'].map(
    (binding) =>
      `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}" Location="${location}"/>`,
  );
  const body = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EntityDescriptor ID="_metadata" entityID="https://sts.windows.net/${id}/" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">`,
    '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    ...signingCertificates(principal).map(keyDescriptor),
    ...services,
    '</IDPSSODescriptor>',
    '</EntityDescriptor>',
  ];
  return { status: 200, body: body.join(''), headers: { 'content-type': 'application/samlmetadata+xml' } };
}

function keyDescriptor(certificate: string): string {
  return (
    '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>' +
    `<X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
  );
}

/** Base64 of DER of the certificate that signs; none where none is active. */
function signingCertificates(principal: Entity): readonly string[] {
  const active = findText(principal, 'preferredTokenSigningKeyThumbprint')?.toUpperCase();
  return objectsOf(principal, 'keyCredentials')
    .filter((key) => findText(key, '_thumbprint')?.toUpperCase() === active)
    .flatMap((key) => findText(key, '_certificate') ?? []);
}

/** The page that asks who signs in, or the error page of the service, for a SAML request in the redirect binding. */
export function signInReply({ directory }: SamlEndpoints, parameters: URLSearchParams): Reply {
  const request = inflated(parameters.get('SAMLRequest') ?? '');
  if (request === undefined) return page(400, 'AADSTS750054: SAMLRequest or SAMLResponse must be present.');
  const issuer = /<(?:\w+:)?Issuer[^>]*>([^<]*)</.exec(request)?.[1] ?? '';
  const replyUrl = /AssertionConsumerServiceURL="([^"]*)"/.exec(request)?.[1];
  const principal = directory
    .all('servicePrincipals')
    .map((entity) => servicePrincipalView(directory, entity))
    .find((view) => textsOf(view, 'servicePrincipalNames').includes(issuer));
  if (principal === undefined) {
    return page(400, `AADSTS700016: Application with identifier '${escape(issuer)}' was not found in the directory.`);
  }
  if (replyUrl !== undefined && !textsOf(principal, 'replyUrls').includes(replyUrl)) {
    return page(400, 'AADSTS50011: The reply URL specified in the request does not match those of the application.');
  }
  return page(200, `Sign in to ${escape(textOf(principal, 'displayName'))}`);
}

function inflated(request: string): string | undefined {
  try {
    const bytes = Buffer.from(request, 'base64');
    return bytes.length === 0 ? undefined : inflateRawSync(bytes, { maxOutputLength: MAX_REQUEST_BYTES }).toString();
  } catch {
    return undefined;
  }
}

function page(status: number, text: string): Reply {
  return { status, body: `<!doctype html><title>${text}</title>`, headers: { 'content-type': 'text/html' } };
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
