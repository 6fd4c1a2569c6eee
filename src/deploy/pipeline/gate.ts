import { ALLOWING_LABEL, MASS_CHANGE_LABEL } from '../../estate/sections/pipeline/change-limits';
import { formatFinding } from '../../estate/source/finding';
import { destructionOf, headlineOf, massChangesOf } from './destruction';
import type { Outcome } from './outcome';
import { errorsIn, parsePreview } from './preview-file';

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
export interface Verdict {
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
        'what this changes in what is deployed is unknown, since an engine failed or did not answer; no label lets it pass: run its job again, or fix what it says',
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
