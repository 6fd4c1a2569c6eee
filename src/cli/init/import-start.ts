import { importEstate } from '../commands/clouds';
import { EXIT } from '../program/cli';
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
