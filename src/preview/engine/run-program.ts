import * as pulumi from '@pulumi/pulumi';
import type { EmergencyPlan } from '../../estate/sections/emergency/emergency-plan';
import { secretKeysOf } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import type { ProgramRun, ProgramRuns } from '../entra/facts';
import type { PulumiKind } from '../../estate/plan/stacks/stacks';
import { programsOf, stackName, STACKS } from '../../estate/plan/stacks/stacks';
import type { Program } from '../../../stacks/entra/program';
import { PROGRAMS } from '../../../stacks/entra/programs';
import { Recorder } from './recorder';

/** Name of the project in Pulumi.yaml, and the namespace of its own config. */
export const PROJECT = 'entra-aws-identity';

/** Config that has the token of provisioning, always as a secret. */
const SCIM_TOKEN = `${PROJECT}:scimToken`;

/** Stands for a tenant that neither the estate nor the stack's config names. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** Config of a stack as far as a preview uses it: nothing in it is secret. */
export interface StackConfig {
  readonly tenantId?: string;
}

export interface RunOptions {
  /** Decides which secret and which certificate is the current one. */
  readonly now: Date;
  readonly configOf?: (stack: string) => StackConfig;
  /** The emergency access of the estate. @default none */
  readonly emergency?: EmergencyPlan | undefined;
}

/**
 * Runs every program that the estate has a section for, without an engine, and tells what each would register. One call at
 * a time: Pulumi's runtime is one for the process.
 */
export async function runPrograms(estate: Estate, options: RunOptions): Promise<ProgramRuns> {
  const programs: ProgramRun[] = [];
  for (const name of programsOf(estate)) {
    programs.push(await runProgram({ name, program: PROGRAMS[name] }, estate, options));
  }
  return { day: options.now.toISOString().slice(0, 10), programs };
}

/** Runs one program. What it throws becomes the run's `failure`. */
export async function runProgram(
  { name, program }: { readonly name: PulumiKind; readonly program: Program },
  estate: Estate,
  { now, configOf, emergency }: RunOptions,
): Promise<ProgramRun> {
  const stack = stackName(estate.name, name);
  const config = configOf?.(stack) ?? {};
  const recorder = new Recorder(adoptedNames(estate));
  // As a preview of the engine: what a stand-in is not made for is unknown, and nothing is computed from it.
  await pulumi.runtime.setMocks(recorder, PROJECT, stack, true);
  recorder.attach();
  const tenantId = STACKS[name].home(estate).tenantId ?? config.tenantId ?? NO_TENANT;
  const secretKeys = configSecretsOf(estate);
  pulumi.runtime.setAllConfig(configValues(tenantId, secretKeys), [...secretKeys]);
  const warnings: string[] = [];
  const context = { now, warn: (message: string) => void warnings.push(message), ...(emergency && { emergency }) };
  const failure = await failureOf(() => program(estate, context));
  return {
    program: name,
    stack,
    resources: recorder.resources(),
    warnings,
    ...(failure !== undefined && { failure }),
  };
}

/** Names of the groups that a program looks up by their ids. */
export function adoptedNames({ workforce }: Estate): ReadonlyMap<string, string> {
  return new Map(
    (workforce?.groups ?? []).flatMap(({ name, adopt }) =>
      typeof adopt === 'object' ? [[adopt.id, name] as const] : [],
    ),
  );
}

/** Config that holds a secret: the token of provisioning, and what the customers' directory refers to. */
export function configSecretsOf({ customers }: Estate): readonly string[] {
  const keys = customers === undefined ? [] : secretKeysOf(customers);
  return [SCIM_TOKEN, ...keys.map((key) => `${PROJECT}:${key}`)];
}

/** Values that `pulumi config` would hold. A secret's own value is never read. */
function configValues(tenantId: string, secretKeys: readonly string[]): Record<string, string> {
  const secrets = secretKeys.map((key) => [key, 'known-to-the-deployment-alone']);
  return { 'azuread:tenantId': tenantId, ...(Object.fromEntries(secrets) as Record<string, string>) };
}

/**
 * Runs to the end of what the program registers, and says what failed. A fault inside an `apply` rejects a
 * promise that is never awaited, so it arrives as an unhandled rejection. Pulumi's own runtime listens for those, too.
 */
export async function failureOf(program: () => unknown): Promise<string | undefined> {
  const faults: unknown[] = [];
  const failed = Promise.withResolvers<undefined>();
  // Pulumi notes where every promise was made, which takes four fifths of the time of hundreds of groups. It is not read here.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const note = (fault: unknown): void => {
    faults.push(fault);
    failed.resolve(undefined);
  };
  process.on('unhandledRejection', note);
  try {
    noteThrown(program, note);
    // Pulumi would wait forever for resources that depend on what failed.
    await Promise.race([pulumi.runtime.disconnect().catch(note), failed.promise]);
    // Unhandled rejections are told after the microtasks of this turn.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.off('unhandledRejection', note);
  }
  const [first] = faults;
  if (first === undefined) return undefined;
  return first instanceof Error ? first.message : JSON.stringify(first);
}

function noteThrown(program: () => unknown, note: (fault: unknown) => void): void {
  try {
    program();
  } catch (fault) {
    note(fault);
  }
}
