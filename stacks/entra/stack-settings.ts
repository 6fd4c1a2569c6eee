import * as pulumi from '@pulumi/pulumi';
import type { Estate } from '../../src/estate/sections/estate';
import { DEFAULT_ESTATES_FOLDER } from '../../src/estate/source/estate-folder';
import { quotedList, suggestName } from '../../src/text/suggest';
import type { PulumiKind } from '../../src/estate/plan/stacks/stacks';
import { sectionOf } from './program';
import { isProgramName, PROGRAMS } from './programs';

/** A stack's configuration as it is written, before anything of it was checked. */
export interface StackConfig {
  /** `sandbox-customers`. */
  readonly stack: string;
  readonly estate: string | undefined;
  /** Folder of the estates, relative to the project's root. */
  readonly estates: string;
  readonly program: string | undefined;
  /** `azuread:tenantId`. */
  readonly tenantId: string | undefined;
  /** File of the resources to take over, relative to the project's root. */
  readonly adopt?: string | undefined;
}

/** Settings of a stack: what it deploys, and where. */
export interface StackSettings {
  readonly stack: string;
  readonly estate: string;
  readonly program: PulumiKind;
  readonly tenantId: string;
}

/**
 * Folder of Pulumi.yaml, relative to the working directory or not.
 *
 * @param told what the library has from the engine's host: a word of its own where an older host says nothing
 * @throws RunError if it is such a host
 */
export function rootFolder(told: string): string {
  if (told !== 'rootDirectory') return told === '' ? '.' : told;
  throw new pulumi.RunError('The Pulumi CLI is too old: it does not say where Pulumi.yaml is. Install the newest one.');
}

/** Reads the configuration of the stack that runs. */
export function readStackConfig(): StackConfig {
  const config = new pulumi.Config();
  return {
    stack: pulumi.getStack(),
    estate: config.get('estate'),
    estates: config.get('estates') ?? DEFAULT_ESTATES_FOLDER,
    program: config.get('program'),
    tenantId: new pulumi.Config('azuread').get('tenantId'),
    adopt: config.get('adopt'),
  };
}

/** @throws RunError with everything that is wrong, before an estate is read or a request is sent */
export function checkStackConfig(config: StackConfig, estates: readonly string[]): StackSettings {
  const { stack, estate, program, tenantId } = config;
  const faults = [
    ...choiceFaults('estate', estate, estates),
    ...choiceFaults('program', program, Object.keys(PROGRAMS)),
    ...(isSet(tenantId)
      ? []
      : [`azuread:tenantId is not set; it is the directory that the stack deploys to, ${TENANT_HINT}`]),
  ];
  if (faults.length > 0 || !isSet(estate) || !isProgramName(program) || !isSet(tenantId)) throw refuse(stack, faults);
  // The state of a stack belongs to one estate and program: with another one everything in it would be deleted.
  if (stack !== `${estate}-${program}`) {
    const right = `the estate '${estate}' and the program '${program}' belong to the stack '${estate}-${program}'`;
    throw refuse(stack, [`${right}; select that one, or correct the config \`estate\` or \`program\``]);
  }
  return { stack, estate, program, tenantId };
}

/** @throws RunError if the estate has no section for the program, or the section is about another directory */
export function checkSection(estate: Estate, { stack, program, tenantId }: StackSettings): void {
  const { tenantId: declared } = sectionOf(estate, program);
  if (declared === undefined || declared.toLowerCase() === tenantId.toLowerCase()) return;
  throw refuse(stack, [
    `azuread:tenantId is '${tenantId}', but ${program}.tenantId of the estate '${estate.name}' is '${declared}'; ` +
      'they must be the same, since the resources of one directory mean nothing in another',
  ]);
}

const TENANT_HINT = '`tenantId` of its section in the estate: `pulumi config set azuread:tenantId <id>`';

/** A key that is set to nothing is not set. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function choiceFaults(key: string, given: string | undefined, known: readonly string[]): readonly string[] {
  const allowed = `${key}s: ${quotedList(known)}`;
  if (!isSet(given)) return [`the config \`${key}\` is not set (${allowed}); \`pulumi config set ${key} <name>\``];
  if (known.includes(given)) return [];
  const near = suggestName(given, known);
  return [`the ${key} '${given}' is unknown${near === undefined ? '' : `, did you mean '${near}'?`} (${allowed})`];
}

function refuse(stack: string, faults: readonly string[]): pulumi.RunError {
  return new pulumi.RunError(
    `The stack '${stack}' can't be deployed:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}
