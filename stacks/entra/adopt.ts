import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { parseQuietly } from '../../src/estate/source/json-source';

/** Ids of resources that exist, by `<type>::<name>`: what `entra-aws import` writes to plan/NAME/import. */
const Adoption = z.record(z.string().regex(/.::./), z.string().min(1));
export type Adoption = Readonly<z.output<typeof Adoption>>;

/** Key of a resource of a program. */
export function adoptionKey(type: string, name: string): string {
  return `${type}::${name}`;
}

/** @throws RunError if the text is not the import's */
export function parseAdoption(path: string, text: string): Adoption {
  const parsed = Adoption.safeParse(parseQuietly(text));
  if (parsed.success) return parsed.data;
  throw new pulumi.RunError(
    `${path} of the config \`adopt\` must be a file of \`npx --no entra-aws import --from entra\``,
  );
}

/**
 * Has every resource of the stack that the file names taken over by its id. A preview then shows it as an import, and each of
 * its settings that would change.
 */
export function adoptResources(adoption: Adoption): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const id = adoption[adoptionKey(type, name)];
    return id === undefined ? undefined : { props, opts: { ...opts, import: id } };
  });
}
