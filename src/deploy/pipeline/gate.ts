import { z } from 'zod';
import { ALLOWING_LABEL, BOUNDED, MASS_CHANGE_LABEL } from '../../estate/sections/pipeline/change-limits';
import { parseWritten } from './written-file';
import { extentText } from '../../preview/access/access-changes';
import { accessCountsText } from '../../preview/labels';
import type { Outcome } from './outcome';
import { formatFinding } from '../../estate/source/finding';

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

/** Lists what a change destroys, in words: by the offline preview, and by what the engines say of what is deployed. */
export function destructionOf(preview: ComparedPreview, outcomes: readonly Outcome[]): readonly string[] {
  return [
    ...offline(preview),
    ...outcomes.flatMap(({ step, destroyed }) => destroyed.map((what) => `deployed ${step}: ${what}`)),
  ];
}

/** The preview's headline: who gains and who loses, pending access included. Undefined where nothing was compared. */
export function headlineOf({ changes: { counts } }: ComparedPreview): string | undefined {
  return counts && accessCountsText(counts);
}

/** Parts of a change of access that are larger than the estate's limits, in words. */
export function massChangesOf({ changes }: ComparedPreview): readonly string[] {
  return changes.extent.filter(({ isExceeded }) => isExceeded).map(extentText);
}

function offline({ estate, changes }: ComparedPreview): readonly string[] {
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

/** Reasons that stand under one sentence. */
interface Reasons {
  readonly title: string;
  readonly reasons: readonly string[];
}

/** A change that passes only with a label. */
export interface Needed extends Reasons {
  readonly label: string;
}

/** Everything that the gate says of a pull request. */
interface Verdict {
  /** Headline of the preview; absent where nothing was compared. */
  readonly headline: string | undefined;
  /** Faults that no label lets pass. */
  readonly faults: readonly Reasons[];
  readonly needed: readonly Needed[];
  readonly destroysNothing: boolean;
}

/**
 * Judges a pull request by its preview, and by the answers of the engines that were asked. What an engine would destroy is unknown
 * where it failed or did not answer: the gate stays shut, and a label does not open it.
 *
 * @throws Error unless the text is a preview.json with `--base`
 */
export function judge(previewJson: string, outcomes: readonly Outcome[]): Verdict {
  const preview = parsePreview(previewJson);
  const errors = errorsIn(preview).map(formatFinding);
  const unanswered = outcomes.filter(({ state }) => state === 'failed').map((outcome) => reasonOf(preview, outcome));
  // Of an estate with errors what is faulty is left out, so that neither its losses nor what it destroys are known.
  const isFaulty = errors.length > 0;
  const destruction = isFaulty ? [] : destructionOf(preview, outcomes);
  const faults: readonly Reasons[] = [
    { title: 'the estate has errors, which no label lets pass: fix them', reasons: errors },
    {
      title:
        'what this changes in what is deployed is unknown, since an engine failed or did not answer; no label lets it pass: run its job again, or fix the fault that it reports',
      reasons: unanswered,
    },
  ];
  const needed: readonly Needed[] = [
    {
      label: MASS_CHANGE_LABEL,
      title: 'this changes more access than the limits allow',
      reasons: isFaulty ? [] : massChangesOf(preview),
    },
    { label: ALLOWING_LABEL, title: 'this destroys', reasons: destruction },
  ];
  const some = <T extends Reasons>(all: readonly T[]): readonly T[] => all.filter(({ reasons }) => reasons.length > 0);
  return {
    headline: headlineOf(preview),
    faults: some(faults),
    needed: some(needed),
    destroysNothing: destruction.length === 0 && !isFaulty && unanswered.length === 0,
  };
}

/** `acme-hosting: error: no access` */
function reasonOf({ estate }: { readonly estate: string }, { step, command, text }: Outcome): string {
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  // Pulumi tells what it would do, and warns, before it says what it failed for.
  const error = lines.findIndex((line) => line.startsWith('error:'));
  const [first, next = ''] = lines.slice(Math.max(error, 0));
  if (first === undefined) return `${estate}-${step}: '${command}' failed without a word`;
  // `error: 1 error occurred:`
  return `${estate}-${step}: ${first.endsWith(':') ? `${first} ${next}`.trimEnd() : first}`;
}
