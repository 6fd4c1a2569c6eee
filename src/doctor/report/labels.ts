import type { Tone } from '../../preview/blocks/block';
import type { Observation, Outcome } from '../check';

export const OUTCOME_LABELS: Readonly<Record<Outcome, string>> = {
  failure: 'failure',
  warning: 'warning',
  unknown: 'could not check',
  ok: 'ok',
};

export const OUTCOME_TONES: Readonly<Record<Outcome, Tone>> = {
  failure: 'bad',
  warning: 'warn',
  unknown: 'pending',
  ok: 'good',
};

/** `2 failures, 1 warning, 0 could not check, 14 ok` */
export function totalsLine(totals: Readonly<Record<Outcome, number>>): string {
  const { failure, warning, unknown, ok } = totals;
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(failure, 'failure')}, ${plural(warning, 'warning')}, ${unknown} could not check, ${ok} ok`;
}

/** Observations one after the other that ask for the same are followed by one advice. */
export function withSharedAdvice(observations: readonly Observation[]): readonly Observation[] {
  return observations.map((one, index) => {
    const { advice, ...rest } = one;
    return advice !== undefined && observations[index + 1]?.advice === advice ? rest : one;
  });
}
