import { importEstate } from '../commands/clouds';
import { EXIT, UsageError } from '../program/cli';
import type { InitOptions } from './choose';

/**
 * Writes the estate's files from what the clouds have, so that the first deployment changes nothing.
 *
 * @returns the exit code of the import
 */
export async function importInto(name: string, options: InitOptions): Promise<number> {
  const { run } = await import('../import.js');
  const defaults = importEstate.opts();
  const code = await run({ ...defaults, ...pick(options), estate: name });
  if (code !== EXIT.ok || options.tenant === undefined) return code;
  return await importTenant(name, options.tenant);
}

function pick({ estates, against, region }: InitOptions): Pick<InitOptions, 'estates' | 'against' | 'region'> {
  return { estates, against, ...(region !== undefined && { region }) };
}

/** Adds what an Entra tenant has to the estate that the import of AWS wrote. */
function importTenant(name: string, tenant: string): Promise<number> {
  throw new UsageError(
    `This version can't import an Entra tenant (${tenant}). The estate ${name} has what IAM Identity Center has.`,
  );
}
