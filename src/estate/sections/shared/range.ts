import type { Issue, Path } from '../../source/finding';
import type { FindingCode } from '../../source/finding-codes';
import { error } from './issue';

/** Least and greatest of what a number may be, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Tells whether a number is whole and in a range. */
export function isWithin(value: number, { min, max }: Range): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** An error on a number that is not whole or not in its range. */
export function outside(
  code: FindingCode,
  at: Path,
  { range, ...what }: Pick<Issue, 'problem' | 'allowed'> & { readonly value: number; readonly range: Range },
): readonly Issue[] {
  return isWithin(what.value, range) ? [] : [error(code, at, what)];
}
