import type { Examination } from './examination';

/**
 * Tells whether an examination found all to be well. One that could not make most of its checks has found nothing.
 *
 * @param isStrict true if every check must have been made
 */
export function isWell({ totals }: Pick<Examination, 'totals'>, isStrict: boolean): boolean {
  const { failure, warning, unknown, ok } = totals;
  return failure === 0 && (isStrict ? unknown === 0 : unknown <= warning + ok);
}
