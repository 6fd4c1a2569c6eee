import { benchEmulator } from './entra-emulator';
import { benchEngine } from './entra-engine';
import { benchStarts } from './entra-starts';
import { tableHead } from './table';

/** Measures the Entra half against the limits of docs/performance.md, and against references that do the least there is. */
export async function benchEntra(): Promise<void> {
  tableHead();
  await benchStarts();
  await benchEmulator();
  await benchEngine();
}
