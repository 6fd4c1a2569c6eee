import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { Model } from './model';

const NAMESPACE = 'microsoft.graph';

const Typed = z.object({ '@Name': z.string(), '@Type': z.string(), '@Nullable': z.string().optional() });
const Structure = z.object({
  '@Name': z.string(),
  '@BaseType': z.string().optional(),
  Property: z.array(Typed).default([]),
  NavigationProperty: z.array(Typed).default([]),
});
const Operation = z.object({
  '@Name': z.string(),
  Parameter: z.array(Typed).default([]),
  ReturnType: z.object({ '@Type': z.string() }).optional(),
});
const Container = z.object({
  EntitySet: z.array(z.object({ '@Name': z.string(), '@EntityType': z.string() })).default([]),
  Singleton: z.array(z.object({ '@Name': z.string(), '@Type': z.string() })).default([]),
});
const Schema = z.object({
  '@Namespace': z.string(),
  EnumType: z
    .array(z.object({ '@Name': z.string(), Member: z.array(z.object({ '@Name': z.string() })).default([]) }))
    .default([]),
  ComplexType: z.array(z.union([Structure, z.literal('')])).default([]),
  EntityType: z.array(Structure).default([]),
  Action: z.array(Operation).default([]),
  Function: z.array(Operation).default([]),
  EntityContainer: z.array(Container).default([]),
});
const Document = z.object({ Edmx: z.object({ DataServices: z.object({ Schema: z.array(Schema) }) }) });

const LISTS =
  /^(?:Schema|\w+Type|Property|NavigationProperty|Member|Parameter|Action|Function|EntityContainer|EntitySet|Singleton)$/;
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseAttributeValue: false,
  isArray: (name) => LISTS.test(name) && name !== 'ReturnType',
});

/** Graph's description as OData has it: a file of microsoftgraph/msgraph-metadata. */
export function readCsdl(xml: string, source: string): Model {
  const schemas = Document.parse(parser.parse(xml)).Edmx.DataServices.Schema;
  const schema = schemas.find((one) => one['@Namespace'] === NAMESPACE);
  if (schema === undefined) throw new Error(`${source} has no schema ${NAMESPACE}`);
  const sets = schema.EntityContainer.flatMap(({ EntitySet }) => EntitySet);
  const singletons = schema.EntityContainer.flatMap(({ Singleton }) => Singleton);
  const structures = [...schema.ComplexType, ...schema.EntityType].filter((one) => one !== '');
  return {
    source,
    root: Object.fromEntries([
      ...sets.map((one) => [one['@Name'], `${graphName(one['@EntityType'])}[]`] as const),
      ...singletons.map((one) => [one['@Name'], graphName(one['@Type'])] as const),
    ]),
    enums: new Map(schema.EnumType.map((one) => [one['@Name'], one.Member.map((member) => member['@Name'])])),
    types: new Map(
      structures.map((one) => [
        one['@Name'],
        {
          ...(one['@BaseType'] !== undefined && { base: graphName(one['@BaseType']) }),
          properties: Object.fromEntries(one.Property.map((property) => [property['@Name'], typeText(property)])),
          ...(one.NavigationProperty.length > 0 && {
            relations: Object.fromEntries(one.NavigationProperty.map((part) => [part['@Name'], typeText(part)])),
          }),
        },
      ]),
    ),
    operations: [...schema.Action, ...schema.Function].flatMap(
      ({ '@Name': name, Parameter: [bound, ...rest], ReturnType }) =>
        bound === undefined
          ? []
          : [
              {
                name,
                boundTo: typeText({ ...bound, '@Nullable': 'false' }),
                parameters: Object.fromEntries(rest.map((one) => [one['@Name'], typeText(one)])),
                answer: ReturnType === undefined ? undefined : typeText({ ...ReturnType, '@Nullable': 'false' }),
              },
            ],
    ),
  };
}

/** `appRole[]`, `string?` where it may be null. */
function typeText({
  '@Type': type,
  '@Nullable': nullable,
}: Pick<z.output<typeof Typed>, '@Type' | '@Nullable'>): string {
  const item = /^Collection\((?<item>.+)\)$/.exec(type)?.groups?.['item'];
  if (item !== undefined) return `${kindOf(item)}[]`;
  return `${kindOf(type)}${nullable === 'false' ? '' : '?'}`;
}

function kindOf(type: string): string {
  const edm = /^Edm\.(?<name>\w+)$/.exec(type)?.groups?.['name'];
  if (edm === undefined) return graphName(type);
  if (edm === 'Boolean') return 'boolean';
  if (/^(?:S?Byte|Int\d+|Single|Double|Decimal)$/.test(edm)) return 'number';
  return ['Untyped', 'ComplexType', 'PrimitiveType'].includes(edm) ? 'any' : 'string';
}

/** Types of other namespaces are not looked into. */
function graphName(type: string): string {
  const { name } = /^(?:graph|microsoft\.graph)\.(?<name>\w+)$/.exec(type)?.groups ?? {};
  return name === undefined || name === 'Json' ? 'any' : name;
}
