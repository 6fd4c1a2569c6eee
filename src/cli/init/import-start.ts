import { importEstate } from '../commands/clouds';
import { EXIT, UsageError } from '../program/cli';
import type { InitOptions } from './choose';

/**
 * Writes the estate's files from what the clouds have, so that the first deployment changes nothing.
 *
 * @returns the exit code of the import
 */
export async function importInto(name: string, { estates, against, region, tenant }: InitOptions): Promise<number> {
  const { run } = await import('../import.js');
  const estate = { estates, estate: name, against };
  const code = await run({ ...importEstate.opts(), ...estate, ...(region !== undefined && { region }) });
  if (code !== EXIT.ok || tenant === undefined) return code;
  // The same command, as it reads its options from a command line.
  importEstate.parseOptions(['--from', 'entra', '--tenant', tenant]);
  return await run({ ...importEstate.opts(), ...estate });
}

/** @throws UsageError if the import of this version can't do what is asked for */
export function ensureImport({ tenant }: InitOptions): void {
  if (tenant === undefined || importEstate.options.some(({ long }) => long === '--from')) return;
  throw new UsageError("--tenant: this version can't import an Entra tenant.");
}
