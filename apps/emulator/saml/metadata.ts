import { z } from 'zod';
import { METADATA, readXml, several, SIGNATURE, writeXml } from './xml';

/** What a service provider knows of an identity provider. */
export interface ProviderMetadata {
  readonly entityId: string;
  /** Address that a person is sent to with a request. */
  readonly signOnUrl: string;
  /** Base64 of DER of each certificate that may sign. */
  readonly certificates: readonly string[];
}

const Document = z.object({
  EntityDescriptor: z.object({
    '@entityID': z.string(),
    IDPSSODescriptor: z.object({
      KeyDescriptor: several(
        z.object({
          '@use': z.string().optional(),
          KeyInfo: z.object({ X509Data: z.object({ X509Certificate: several(z.string()) }) }),
        }),
      ),
      SingleSignOnService: several(z.object({ '@Location': z.url() })),
    }),
  }),
});

export function writeMetadata({ entityId, signOnUrl, certificates }: ProviderMetadata): string {
  const binding = (name: string) => ({
    '@Binding': `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${name}`,
    '@Location': signOnUrl,
  });
  const document = writeXml({
    EntityDescriptor: {
      '@ID': '_metadata',
      '@entityID': entityId,
      '@xmlns': METADATA,
      IDPSSODescriptor: {
        '@protocolSupportEnumeration': 'urn:oasis:names:tc:SAML:2.0:protocol',
        KeyDescriptor: certificates.map((certificate) => ({
          '@use': 'signing',
          KeyInfo: { '@xmlns': SIGNATURE, X509Data: { X509Certificate: certificate } },
        })),
        SingleSignOnService: ['Redirect', 'POST'].map(binding),
      },
    },
  });
  return `<?xml version="1.0" encoding="utf-8"?>${document}`;
}

/** Reads the metadata of an identity provider; undefined where the text is none. */
export function readMetadata(text: string): ProviderMetadata | undefined {
  const { EntityDescriptor } = readXml(text, Document) ?? {};
  const { KeyDescriptor = [], SingleSignOnService: [service] = [] } = EntityDescriptor?.IDPSSODescriptor ?? {};
  if (EntityDescriptor === undefined || service === undefined) return undefined;
  const signing = KeyDescriptor.filter((key) => (key['@use'] ?? 'signing') === 'signing');
  return {
    entityId: EntityDescriptor['@entityID'],
    signOnUrl: service['@Location'],
    certificates: signing.flatMap((key) => key.KeyInfo.X509Data.X509Certificate),
  };
}
