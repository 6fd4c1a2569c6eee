import { z } from 'zod';
import { SECTIONS } from './registry';
import type { Section } from './section';

type Sections = typeof SECTIONS;
type Name = keyof Sections;
type PartsOf<S> = S extends { readonly parts: infer P extends z.ZodType } ? P : S extends Section ? S['schema'] : never;

/** The estate file: every section may be absent. */
export const EstateFile = z.strictObject(
  schemasOf(({ schema }) => schema) as { [N in Name]: z.ZodExactOptional<Sections[N]['schema']> },
);
export type EstateFile = z.input<typeof EstateFile>;

/** The estate file with whatever of its sections could be read. */
export const PartialEstateFile = z.strictObject(
  schemasOf(({ parts, schema }) => parts ?? schema) as { [N in Name]: z.ZodExactOptional<PartsOf<Sections[N]>> },
);

function schemasOf(schemaOf: (section: Section) => z.ZodType): Readonly<Record<string, z.ZodType>> {
  const entries = Object.entries<Section>(SECTIONS);
  return Object.fromEntries(entries.map(([name, section]) => [name, schemaOf(section).exactOptional()]));
}
