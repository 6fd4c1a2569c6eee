import * as fc from 'fast-check';

/**
 * Random runs of a property: as many as it names in CI, and a tenth of them elsewhere. Each has seeds of its own, which a failure
 * prints, so that many people's few runs look where one's many would.
 */
export function runs(inCi: number): { readonly numRuns: number } {
  return { numRuns: process.env['CI'] === 'true' ? inCi : Math.ceil(inCi / 10) };
}

/** Random values of a run that prints its seed: the same seed gives the same values. */
export function sampled<Value>(values: fc.Arbitrary<Value>, numRuns: number, seed: number): readonly Value[] {
  // eslint-disable-next-line no-restricted-syntax -- random, unless somebody repeats a run
  return fc.sample(values, { numRuns, seed });
}
