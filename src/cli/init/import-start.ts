import { command, shellLine } from '../../deploy/steps/command';
import { importEstate } from '../import/options';
import { EXIT } from '../program/cli';
import type { InitOptions } from './choose';

/**
 * Writes the estate's files from what the clouds have, so that the first deployment changes nothing. Where access has errors
 * for a person to decide, the tenant is imported all the same.
 *
 * @returns the exit code of the import
 */
export async function importInto(name: string, { estates, against, region, tenant }: InitOptions): Promise<number> {
  const { run } = await import('../import/run.js');
  const estate = { estates, estate: name, against };
  const code = await run({ ...importEstate.opts(), ...estate, ...(region !== undefined && { region }) });
  if (tenant === undefined) return code;
  // The same command, as it reads its options from a command line.
  importEstate.parseOptions(['--from', 'entra', '--tenant', tenant]);
  try {
    const rest = await run({ ...importEstate.opts(), ...estate });
    return code === EXIT.ok ? rest : code;
  } catch (error) {
    // Init makes no estate that is there already: what is left is the import's.
    const again = shellLine(command('npx --no entra-aws import --from entra', '--estate', name, '--tenant', tenant));
    process.stderr.write(`The tenant was not imported. After npm install this goes on with it: ${again}\n`);
    throw error;
  }
}
