import { z } from 'zod';
import { accessCountsText, extentText } from '../../preview/labels';
import { BOUNDED } from '../../estate/sections/pipeline/change-limits';
import type { Outcome } from './outcome';
import { parseWritten } from './written-file';

/** The label of a pull request that lets it destroy. */
export const ALLOWING_LABEL = 'allow-destructive';

/** The part of preview.json that is read. */
const Preview = z.object({
  estate: z.string(),
  changes: z
    .object({
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
type Preview = z.infer<typeof Preview>;

/**
 * Lists what a change destroys, in words: by the offline preview, and by what the engines say of what is deployed.
 * @throws Error unless the text is a preview.json with `--base`
 */
export function destructionOf(previewJson: string, outcomes: readonly Outcome[]): readonly string[] {
  const { estate, changes } = parsePreview(previewJson);
  return [
    ...offline(estate, changes),
    ...outcomes.flatMap(({ step, destroyed }) => destroyed.map((what) => `deployed ${step}: ${what}`)),
  ];
}

/** The preview's headline: who gains and who loses, pending access included. Undefined where nothing was compared. */
export function headlineOf(previewJson: string): string | undefined {
  const { counts } = parsePreview(previewJson).changes;
  return counts && accessCountsText(counts);
}

/** Parts of a change of access that are larger than the estate's limits, in words. */
export function massChangesOf(previewJson: string): readonly string[] {
  return parsePreview(previewJson)
    .changes.extent.filter(({ isExceeded }) => isExceeded)
    .map(extentText);
}

type ComparedPreview = Preview & { readonly changes: NonNullable<Preview['changes']> };

function parsePreview(previewJson: string): ComparedPreview {
  const written = { file: 'preview.json', text: previewJson, command: 'npm run preview' };
  const { estate, changes } = parseWritten(Preview, written);
  if (changes === undefined) throw new Error('preview.json compares with nothing: run npm run preview with --base');
  return { estate, changes };
}

function offline(estate: string, changes: ComparedPreview['changes']): readonly string[] {
  const { notCompared, replacements, operations, entra } = changes;
  const unknown = [notCompared, entra?.notCompared].filter((reason) => reason !== undefined);
  const access = new Set([`${estate}-access`, `${estate}-access-management`]);
  return [
    ...unknown.map((reason) => `what changes is unknown: ${reason}`),
    ...replacements.map(({ kind, subject }) => `${kind}: ${subject}`),
    // Lost access is told first of all, and is not destruction.
    ...operations
      .filter(({ stack, deleted }) => deleted > 0 && !access.has(stack))
      .map(({ stack, deleted }) => `${stack}: deletes resources (${deleted})`),
    ...(entra?.abandoned ?? []),
    ...(entra?.resources ?? [])
      .filter(({ action }) => action === 'delete' || action === 'replace')
      .map(({ action, what, label }) => `${action} ${what} ${label}`),
  ];
}
