import { z } from 'zod';
import { apiVersion, ESTATE_VERSION } from '../source/versions';
import { SECTIONS } from './registry';
import type { Section } from './section';

type Sections = typeof SECTIONS;
type Name = keyof Sections;
type PartsOf<S> = S extends { readonly parts: infer P extends z.ZodType } ? P : S extends Section ? S['schema'] : never;

const Version = {
  apiVersion: z
    .literal(apiVersion(ESTATE_VERSION))
    .describe('Version of the form of this file. A file without it is of version 1.')
    .exactOptional(),
};

/** The estate file: every section may be absent. */
export const EstateFile = z.strictObject({
  ...Version,
  ...(schemasOf(({ schema }) => schema) as { [N in Name]: z.ZodExactOptional<Sections[N]['schema']> }),
});
export type EstateFile = z.input<typeof EstateFile>;

/** The estate file with whatever of its sections could be read. */
export const PartialEstateFile = z.strictObject({
  ...Version,
  ...(schemasOf(({ parts, schema }) => parts ?? schema) as { [N in Name]: z.ZodExactOptional<PartsOf<Sections[N]>> }),
});

function schemasOf(schemaOf: (section: Section) => z.ZodType): Readonly<Record<string, z.ZodType>> {
  const entries = Object.entries<Section>(SECTIONS);
  return Object.fromEntries(entries.map(([name, section]) => [name, schemaOf(section).exactOptional()]));
}
