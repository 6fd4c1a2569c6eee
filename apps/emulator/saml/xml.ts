import Builder from 'fast-xml-builder';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';

/** Namespaces and names of SAML 2.0, as its specifications give them. */
export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
export const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

/** A document to write: attributes begin with `@`, `#text` is the text beside them. Values are escaped. */
export type XmlTree = { readonly [name: string]: string | XmlTree | readonly (string | XmlTree)[] };

const FORM = { ignoreAttributes: false, attributeNamePrefix: '@' } as const;

const builder = new Builder({ ...FORM, suppressEmptyNode: true });
const parser = new XMLParser({ ...FORM, removeNSPrefix: true, parseTagValue: false });

export function writeXml(tree: XmlTree): string {
  return builder.build(tree);
}

/** Reads a document without prefixes. @returns undefined where it is no XML, has a DOCTYPE, or is of another form */
export function readXml<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> | undefined {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  const tree: unknown = parser.parse(text);
  return schema.safeParse(tree).data;
}

/** An element that may be there once or several times. */
export function several<Item extends z.ZodType>(item: Item) {
  return z.union([z.array(item), item.transform((one) => [one])]).default([]);
}

/** Text of an element that may have attributes. */
export const Text = z.union([z.string(), z.object({ '#text': z.string() }).transform((element) => element['#text'])]);
