import { z } from 'zod';
import { BOUNDED } from '../../estate/sections/pipeline/change-limits';
import { parseWritten } from './written-file';

const Place = z.object({ file: z.string(), line: z.number(), column: z.number() });

const ToldFinding = Place.extend({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  path: z.string(),
  value: z.string().exactOptional(),
  problem: z.string(),
  allowed: z.string().exactOptional(),
  related: z.array(Place),
});
/** A finding as preview.json has it. */
export type ToldFinding = Readonly<z.infer<typeof ToldFinding>>;

/** The part of preview.json that is read. */
const Preview = z.object({
  estate: z.string(),
  findings: z.array(ToldFinding).default([]),
  changes: z
    .object({
      revision: z.string().optional(),
      commit: z.string().optional(),
      notCompared: z.string().optional(),
      counts: z
        .object({ gained: z.number(), gainedPending: z.number(), lost: z.number(), withdrawn: z.number() })
        .optional(),
      extent: z
        .array(
          z.object({
            of: z.enum(BOUNDED),
            assignments: z.number(),
            before: z.number(),
            bound: z.number(),
            isExceeded: z.boolean(),
          }),
        )
        .default([]),
      replacements: z.array(z.object({ kind: z.string(), subject: z.string() })),
      operations: z.array(z.object({ stack: z.string(), deleted: z.number() })),
      entra: z
        .object({
          notCompared: z.string().optional(),
          abandoned: z.array(z.string()),
          resources: z.array(z.object({ action: z.string(), what: z.string(), label: z.string() })),
        })
        .optional(),
    })
    .optional(),
});
type Preview = Readonly<z.infer<typeof Preview>>;

/** A preview that was compared with a base. */
export type ComparedPreview = Preview & { readonly changes: NonNullable<Preview['changes']> };

/** @throws Error unless the text is a preview.json with `--base` */
export function parsePreview(previewJson: string): ComparedPreview {
  const written = { file: 'preview.json', text: previewJson, command: 'npx --no entra-aws preview' };
  const { changes, ...preview } = parseWritten(Preview, written);
  if (changes === undefined)
    throw new Error('preview.json compares with nothing: run npx --no entra-aws preview with --base');
  return { ...preview, changes };
}

/** Errors of the estate, which stop every deployment of it. */
export function errorsIn({ findings }: Pick<Preview, 'findings'>): readonly ToldFinding[] {
  return findings.filter(({ severity }) => severity === 'error');
}
