import { X509Certificate } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** SAML metadata of an identity provider. */
export interface SamlMetadata {
  readonly entityId: string;
  readonly signOnUrls: readonly string[];
  /** SHA-1 of each certificate that signs, upper-case hex. */
  readonly thumbprints: readonly string[];
}

const list = <Item extends z.ZodType>(item: Item) => z.union([z.array(item), item.transform((one) => [one])]);

const Document = z.object({
  EntityDescriptor: z.object({
    '@entityID': z.string(),
    IDPSSODescriptor: z.object({
      KeyDescriptor: list(
        z.object({
          '@use': z.string().optional(),
          KeyInfo: z.object({ X509Data: list(z.object({ X509Certificate: list(z.string()) })) }),
        }),
      ).default([]),
      SingleSignOnService: list(z.object({ '@Location': z.string() })).default([]),
    }),
  }),
});

// Metadata needs no entities.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  processEntities: false,
  parseTagValue: false,
});

/** Reads SAML metadata; undefined if the text is none of an identity provider. */
export function parseSamlMetadata(text: string): SamlMetadata | undefined {
  try {
    const { EntityDescriptor } = Document.parse(parser.parse(text));
    const { KeyDescriptor, SingleSignOnService } = EntityDescriptor.IDPSSODescriptor;
    const signing = KeyDescriptor.filter((key) => (key['@use'] ?? 'signing') === 'signing');
    return {
      entityId: EntityDescriptor['@entityID'],
      signOnUrls: [...new Set(SingleSignOnService.map((service) => service['@Location']))],
      thumbprints: signing.flatMap(({ KeyInfo }) =>
        KeyInfo.X509Data.flatMap(({ X509Certificate: certificates }) => certificates.map(thumbprintOf)),
      ),
    };
  } catch {
    return undefined;
  }
}

/** @throws Error if it is not a certificate */
function thumbprintOf(certificate: string): string {
  return new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint.replaceAll(':', '');
}
