import { z } from 'zod';
import { type Customers, type CustomersParts, wholeCustomers } from './customers/customers';
import { fileVersion, type Section, type SectionName } from './section';
import { access } from './access';
import { azure } from './azure';
import { customers } from './customers';
import { emergency } from './emergency';
import { hosting } from './hosting';
import { pipeline } from './pipeline';
import { workforce } from './workforce';

/** The sections of the estate file, in the order of its reference. */
export const SECTIONS = { workforce, access, emergency, customers, azure, pipeline, hosting } satisfies Record<
  SectionName,
  Section
>;

type Sections = typeof SECTIONS;
type Name = keyof Sections;
type PartsOf<S> = S extends { readonly parts: infer P extends z.ZodType } ? P : S extends Section ? S['schema'] : never;

/** The estate file: every section may be absent. */
export const EstateFile = z.strictObject({
  ...fileVersion,
  ...(schemasOf(({ schema }) => schema) as { [N in Name]: z.ZodExactOptional<Sections[N]['schema']> }),
});
export type EstateFile = z.input<typeof EstateFile>;

/** The estate file with whatever of its sections could be read. */
export const PartialEstateFile = z.strictObject({
  ...fileVersion,
  ...(schemasOf(({ parts, schema }) => parts ?? schema) as { [N in Name]: z.ZodExactOptional<PartsOf<Sections[N]>> }),
});

/** Form of an estate file: of all its sections, or of those that a command needs. */
export interface EstateForm {
  readonly file: z.ZodType;
  /** Form that is read where some of the keys are faulty. */
  readonly parts: z.ZodType<z.output<typeof PartialEstateFile>>;
  readonly wholeCustomers: (parts: CustomersParts) => Customers | undefined;
}

/** Form of the whole file. */
export const WHOLE_ESTATE: EstateForm = { file: EstateFile, parts: PartialEstateFile, wholeCustomers };

function schemasOf(schemaOf: (section: Section) => z.ZodType): Readonly<Record<string, z.ZodType>> {
  const entries = Object.entries<Section>(SECTIONS);
  return Object.fromEntries(entries.map(([name, section]) => [name, schemaOf(section).exactOptional()]));
}
