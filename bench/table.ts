import { median } from './measure';

/** Two programs that ran in turn; the values belong together pair by pair. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly reference: readonly number[];
}

/** Cells of a row: ours, the reference, and their ratio. */
export type Cells = readonly [ours: string, reference: string, compared: string];

export function tableHead(): void {
  console.log('| What | Limit | Ours | Reference | Ratio |');
  console.log('| --- | --- | --- | --- | --- |');
}

export function row(what: string, limit: string, [ours, reference, compared]: Cells): void {
  console.log(`| ${what} | ${limit} | ${ours} | ${reference} | ${compared} |`);
}

/** Medians of both, and of the ratios pair by pair: the machine's mood cancels out. */
export function medians({ ours, reference }: Pairs, unit: string): Cells {
  const ratios = ours.map((value, index) => value / (reference[index] ?? Number.NaN));
  const shown = (values: readonly number[]): string => `${median(values).toFixed(2)} ${unit}`;
  return [shown(ours), shown(reference), `${median(ratios).toFixed(2)}x`];
}

export function ratio(ours: number, reference: number): string {
  return `${(ours / reference).toFixed(2)}x`;
}

/** Measures both in turn, so many times after one of each that fills caches and does not count. */
export async function inTurn(
  pairs: number,
  { ours, reference }: { readonly ours: () => Promise<number>; readonly reference: () => Promise<number> },
): Promise<Pairs> {
  await ours();
  await reference();
  const values: Record<keyof Pairs, number[]> = { ours: [], reference: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    values.ours.push(await ours());
    values.reference.push(await reference());
  }
  return values;
}
