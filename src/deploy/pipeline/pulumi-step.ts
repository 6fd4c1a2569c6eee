import { type Operation, type PulumiPreview, readPulumiPreview } from '../steps/engine-output';
import type { PipelineKind } from '../../estate/plan/stacks/stacks';
import { withoutSecrets } from '../../text/secrets';
import type { Outcome } from './outcome';
import { runEngine } from './run-engine';

export interface StepOptions {
  readonly step: PipelineKind;
  /** Name of the stack. */
  readonly stack: string;
  /** Folder that a plan is saved in. */
  readonly folder: string;
  /** Folder of the estates, which the program reads in place of the one that the stack's configuration names. */
  readonly estates?: string;
  /** Looks for what somebody changed, instead of what a deployment would change. */
  readonly isDrift: boolean;
}

const DESTROYING: ReadonlySet<string> = new Set([
  'delete',
  'delete-replaced',
  'replace',
  'create-replacement',
  'discard-replaced',
]);

/** Asks Pulumi what it would change, and saves that as a plan; or, with `isDrift`, what differs from its state. */
export function planPulumi({ step, stack, folder, estates, isDrift }: StepOptions): Outcome {
  const elsewhere = estates === undefined ? [] : ['--config', `estates=${estates}`];
  const mode = isDrift ? [...elsewhere, '--refresh', '--expect-no-changes'] : ['--save-plan', planFile(folder, step)];
  const run = runEngine({ words: ['pulumi', 'preview', '--stack', stack, '--non-interactive', '--json', ...mode] });
  const preview = readPulumiPreview(run.stdout);
  const { changes = [], messages } = preview;
  const state = stateOf(preview, run.code, isDrift);
  return {
    step,
    command: run.command,
    state,
    destroyed: changes.filter(({ op }) => DESTROYING.has(op)).map(inWords),
    text: [...changes.map(inWords), ...told(messages), ...(state === 'failed' ? [run.stderr.trim()] : [])].join('\n'),
  };
}

/** A look for drift ends with an exit code where it finds something, but tells of no error. */
function stateOf({ changes, messages }: PulumiPreview, code: number, isDrift: boolean): Outcome['state'] {
  if (changes === undefined) return 'failed';
  const hasFound = isDrift && changes.length > 0 && messages.every(({ severity }) => severity !== 'error');
  if (code !== 0 && !hasFound) return 'failed';
  return changes.length > 0 ? 'changed' : 'unchanged';
}

/** File of a step's plan, for `pulumi up --plan`. */
export function planFile(folder: string, step: PipelineKind): string {
  return `${folder}/${step}.plan.json`;
}

/** `delete azuread:index/group:Group claims-developers` */
function inWords({ op, urn }: Operation): string {
  // urn:pulumi:<stack>::<project>::<type of parent>$<type>::<name>
  const [, , types = '', ...name] = urn.split('::');
  return `${op} ${types.split('$').at(-1) ?? ''} ${name.join('::')}`;
}

/** Each once: Pulumi repeats what concerns each plug-in. */
function told(messages: PulumiPreview['messages']): readonly string[] {
  return [...new Set(messages.map(({ severity, text }) => `${severity}: ${withoutSecrets(text)}`))];
}
