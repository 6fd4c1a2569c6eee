import { X509Certificate } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** SAML metadata of an identity provider. */
export interface SamlMetadata {
  readonly entityId: string;
  readonly signOnUrls: readonly string[];
  /** SHA-1 of each certificate that signs, upper-case hex. */
  readonly thumbprints: readonly string[];
  /** Day on which each of them ends, in the same order. */
  readonly ends: readonly string[];
}

/** SAML metadata of a service provider, such as IAM Identity Center. */
export interface ServiceMetadata {
  readonly entityId: string;
  /** Addresses that answers go to, the default one first. */
  readonly replyUrls: readonly string[];
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

const ServiceDocument = z.object({
  EntityDescriptor: z.object({
    '@entityID': z.string(),
    SPSSODescriptor: z.object({
      AssertionConsumerService: list(z.object({ '@Location': z.string(), '@isDefault': z.string().optional() })),
    }),
  }),
});

/** Far above the metadata of anybody. */
const MOST_CHARACTERS = 1_000_000;

/** Metadata has no use for a document type, which could define entities. @throws Error if it has one, or is too long */
function parseXml(text: string): unknown {
  if (text.length > MOST_CHARACTERS || /<!DOCTYPE/i.test(text)) throw new Error('not metadata');
  return parser.parse(text);
}

/** Reads SAML metadata of a service provider; undefined if the text is none. */
export function parseServiceMetadata(text: string): ServiceMetadata | undefined {
  try {
    const { EntityDescriptor } = ServiceDocument.parse(parseXml(text));
    const services = EntityDescriptor.SPSSODescriptor.AssertionConsumerService;
    const first = services.find((one) => one['@isDefault'] === 'true');
    const all = first === undefined ? services : [first, ...services];
    return { entityId: EntityDescriptor['@entityID'], replyUrls: [...new Set(all.map((one) => one['@Location']))] };
  } catch {
    return undefined;
  }
}

/** Reads SAML metadata; undefined if the text is none of an identity provider. */
export function parseSamlMetadata(text: string): SamlMetadata | undefined {
  try {
    const { EntityDescriptor } = Document.parse(parseXml(text));
    const { KeyDescriptor, SingleSignOnService } = EntityDescriptor.IDPSSODescriptor;
    const signing = KeyDescriptor.filter((key) => (key['@use'] ?? 'signing') === 'signing');
    const certificates = signing.flatMap(({ KeyInfo }) =>
      KeyInfo.X509Data.flatMap(({ X509Certificate: all }) => all.map(certificateOf)),
    );
    return {
      entityId: EntityDescriptor['@entityID'],
      signOnUrls: [...new Set(SingleSignOnService.map((service) => service['@Location']))],
      // Node writes it in upper-case hex with colons.
      thumbprints: certificates.map(({ fingerprint }) => fingerprint.replaceAll(':', '')),
      ends: certificates.map(({ validToDate }) => validToDate.toISOString().slice(0, 10)),
    };
  } catch {
    return undefined;
  }
}

/** @throws Error if it is not a certificate */
function certificateOf(certificate: string): X509Certificate {
  return new X509Certificate(Buffer.from(certificate, 'base64'));
}
