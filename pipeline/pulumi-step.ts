import { z } from 'zod';
import type { Outcome, StackStep } from './outcome';
import { runEngine } from './run-engine';

export interface StepOptions {
  readonly step: StackStep;
  /** Name of the stack. */
  readonly stack: string;
  /** Where a plan is saved. */
  readonly folder: string;
  /** Looks for what somebody changed, instead of what a deployment would change. */
  readonly isDrift: boolean;
}

/** The part of `pulumi preview --json` that is read. Values of resources are in it too, and are left there. */
const Preview = z.object({
  steps: z.array(z.object({ op: z.string(), urn: z.string() })).default([]),
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string().optional() })).default([]),
});
type Preview = z.infer<typeof Preview>;

/** Operations that change nothing at the service. */
const IDLE: ReadonlySet<string> = new Set(['same', 'read', 'read-discard', 'refresh']);
const DESTROYING: ReadonlySet<string> = new Set([
  'delete',
  'delete-replaced',
  'replace',
  'create-replacement',
  'discard-replaced',
]);

/** Asks Pulumi what it would change, and saves that as a plan; or, with `isDrift`, what differs from its state. */
export function planPulumi({ step, stack, folder, isDrift }: StepOptions): Outcome {
  const mode = isDrift ? ['--refresh', '--expect-no-changes'] : ['--save-plan', planFile(folder, step)];
  const run = runEngine('pulumi', ['preview', '--stack', stack, '--non-interactive', '--json', ...mode]);
  const preview = parsePreview(run.stdout);
  const changes = preview?.steps.filter(({ op }) => !IDLE.has(op)) ?? [];
  const isExpected = run.code === 0 || (isDrift && changes.length > 0);
  const state = preview === undefined || !isExpected ? 'failed' : changes.length > 0 ? 'changed' : 'unchanged';
  return {
    step,
    command: run.command,
    state,
    destroyed: changes.filter(({ op }) => DESTROYING.has(op)).map(inWords),
    text: [...changes.map(inWords), ...messages(preview), ...(state === 'failed' ? [run.stderr.trim()] : [])].join(
      '\n',
    ),
  };
}

/** Where the plan of a step is, for `pulumi up --plan`. */
function planFile(folder: string, step: StackStep): string {
  return `${folder}/${step}.plan.json`;
}

function parsePreview(stdout: string): Preview | undefined {
  try {
    return Preview.parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}

/** `delete azuread:index/group:Group claims-developers` */
function inWords({ op, urn }: Preview['steps'][number]): string {
  // urn:pulumi:<stack>::<project>::<type of parent>$<type>::<name>
  const [, , types = '', ...name] = urn.split('::');
  return `${op} ${types.split('$').at(-1) ?? ''} ${name.join('::')}`;
}

function messages(preview: Preview | undefined): readonly string[] {
  const told = preview?.diagnostics.filter(({ severity }) => severity !== 'debug' && severity !== 'info') ?? [];
  return told.map(({ severity = 'note', message }) => `${severity}: ${message.trim()}`);
}
