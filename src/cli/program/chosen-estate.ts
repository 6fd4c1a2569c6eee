import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { diskFolder, listEstates, readIfThere } from '../../estate/load/estate-folder';
import type { EstatePlan } from '../../estate/plan/planner';
import { ESTATE_FILE, type EstateFolder } from '../../estate/source/estate-folder';
import { type Finding, formatFinding } from '../../estate/source/finding';
import type { StackConfig } from '../../preview/engine/run-program';
import { quotedList } from '../../text/suggest';
import { UsageError } from './cli';
import { Branch, DEFAULT_BRANCH } from '../../estate/sections/pipeline/limits';
import { parseYaml } from '../../estate/source/yaml-source';
import { valueAt } from '../../text/values';

/** Options of every command that is about an estate. */
export interface EstateOptions {
  /** Folder that holds one folder an estate. */
  readonly estates: string;
  /** @default the only estate, where there is just one */
  readonly estate?: string | undefined;
}

/** An estate that exists: its name and its folder. */
export interface ChosenEstate {
  readonly name: string;
  readonly folder: string;
}

export interface SoundEstate extends ChosenEstate {
  readonly plan: EstatePlan;
}

/** Finds the estate that a command is about. @throws UsageError, with the existing ones, if there is no such estate. */
export function chooseEstate({ estates, estate }: EstateOptions): ChosenEstate {
  const existing = listEstates(estates);
  const name = estate ?? (existing.length === 1 ? existing[0] : undefined);
  if (name !== undefined && existing.includes(name)) return { name, folder: join(estates, name) };
  if (name === undefined && existing.length === 0) {
    const go = 'run it in the repository of your estates, or begin with npx --no entra-aws init NAME';
    throw new UsageError(`There are no estates here (folders with an estate.yaml in ${estates}): ${go}.`);
  }
  const fault = name === undefined ? 'Say which estate: --estate NAME.' : `There is no estate '${name}'.`;
  throw new UsageError(`${fault} Estates (folders with an estate.yaml) in ${estates}: ${quotedList(existing)}`);
}

/** The part of an estate that a command needs. */
interface Wanted {
  readonly plan: (folder: EstateFolder) => EstatePlan;
  /** Findings whose errors keep the command from its work. */
  readonly findingsOf: (plan: EstatePlan) => readonly Finding[];
}

/** Plans the estate that a command is about. @throws UsageError if there is no such estate, Error with its errors */
export function planSound(options: EstateOptions, { plan: planned, findingsOf }: Wanted): SoundEstate {
  const chosen = chooseEstate(options);
  const plan = planned(diskFolder(options.estates, chosen.name));
  const errors = findingsOf(plan).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return { ...chosen, plan };
  throw new Error(['Fix the errors of the estate first:', ...errors.map(formatFinding)].join('\n'));
}

/**
 * The branch that the estates of a folder are deployed from: one pipeline deploys all of them, so the first that names one
 * speaks for the others. An estate with errors counts as well.
 */
export function deployedBranchOf(estates: string): Branch {
  for (const name of listEstates(estates)) {
    const read = diskFolder(estates, name).read(ESTATE_FILE);
    const value = read.kind === 'text' ? parseYaml(ESTATE_FILE, read.text).value : undefined;
    const { data } = Branch.safeParse(valueAt(value, ['pipeline', 'branch']));
    if (data !== undefined) return data;
  }
  return Branch.parse(DEFAULT_BRANCH);
}

/**
 * The config of a stack that a preview needs, from `Pulumi.<stack>.yaml` in the working directory; anything else, such as a token, never
 * leaves the file. Empty where there is no such file. A file that can't be read as YAML counts as empty: Pulumi itself says what is wrong
 * with it, and what is missing here is a finding.
 */
export function readStackConfig(stack: string): StackConfig {
  const document = parseDocument(readIfThere(`Pulumi.${stack}.yaml`) ?? '');
  const tenantId = document.errors.length > 0 ? undefined : document.getIn(['config', 'azuread:tenantId']);
  // An encrypted value is a map, not a text.
  return typeof tenantId === 'string' ? { tenantId } : {};
}
