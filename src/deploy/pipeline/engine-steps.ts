import { existsSync } from 'node:fs';
import {
  countDifferences,
  countDrifted,
  countFailures,
  countUnchecked,
  isSnapshotStale,
  type Operation,
  type PulumiPreview,
  readPulumiPreview,
} from '../steps/engine-output';
import { type PipelineKind, STACKS } from '../../estate/plan/stacks/stacks';
import { withoutSecrets } from '../../text/secrets';
import type { Outcome } from './outcome';
import { type EngineRun, runEngine } from '../steps/child-processes';
import { ASSEMBLY, type DoctorLook } from './steps';
import type { Area } from '../../clouds/facts/facts';
import { emergencyReaderName } from '../../estate/sections/emergency/emergency-plan';
import { entraAws, type EstateLocation } from '../steps/command';

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

/**
 * Of access, what is destroyed follows from the offline preview: to the CDK each assignment that goes is a destruction, and
 * those are what the comment begins with.
 */
const isJudgedOffline = (step: PipelineKind): boolean => STACKS[step].section === 'access';

/** Asks the CDK what it would change in CloudFormation; or, with `isDrift`, what somebody changed behind its back. */
export function planCdk({ step, stack, isDrift }: StepOptions): Outcome {
  if (isDrift) return lookForDrift(step, stack);
  // By templates: a change set would need the role that deploys.
  const options = ['--exclusively', '--app', ASSEMBLY, '--method', 'template', '--no-color'];
  const diff = ['cdk', 'diff', stack, ...options] as const;
  const run = runEngine({ words: [...diff, '--fail-on', 'never'] });
  const differences = countDifferences(run);
  if (run.code !== 0 || differences === undefined) return outcomeOf(step, run, 'failed');
  const outcome = outcomeOf(step, run, differences > 0 ? 'changed' : 'unchanged');
  if (differences === 0 || isJudgedOffline(step)) return outcome;
  const { code } = runEngine({ words: [...diff, '--fail-on', 'destructive'] });
  const what = `${stack} replaces, deletes or leaves behind resources: see what the CDK says of it`;
  return code === 0 ? outcome : { ...outcome, destroyed: [what] };
}

function lookForDrift(step: PipelineKind, stack: string): Outcome {
  const run = runEngine({ words: ['cdk', 'drift', stack, '--app', ASSEMBLY, '--fail', '--no-color'] });
  const drifted = countDrifted(stack, run);
  if (drifted === undefined || (run.code !== 0 && drifted === 0)) return outcomeOf(step, run, 'failed');
  return { ...outcomeOf(step, run, drifted > 0 ? 'changed' : 'unchanged'), unchecked: countUnchecked(run) };
}

function outcomeOf(step: PipelineKind, run: EngineRun, state: Outcome['state']): Outcome {
  const said = `${run.stdout}\n${run.stderr}`.trim();
  // Differences are approved, and compared with later: nothing of them may be hidden.
  if (state !== 'failed') return { step, command: run.command, state, destroyed: [], text: said };
  // The CDK takes a name without a folder for a command line, and says that the command was not found.
  const text = existsSync(ASSEMBLY) ? withoutSecrets(said) : WITHOUT_ASSEMBLY;
  return { step, command: run.command, state, destroyed: [], text };
}

const WITHOUT_ASSEMBLY = `There is no folder ${ASSEMBLY}: cdk synth failed, or was not run. Its output says why.`;

/**
 * The look that examines an area of the doctor. Each look has the credentials that its areas need: those of one directory, of
 * one account, or of both. An area without a look does not compile: nothing that the doctor knows is left for a person to ask.
 */
const LOOK_OF: Readonly<Record<Area, DoctorLook>> = {
  access: 'doctor-access',
  saml: 'doctor-workforce',
  scim: 'doctor-workforce',
  console: 'doctor-workforce',
  b2c: 'doctor-customers',
  hosting: 'doctor-hosting',
  emergency: 'doctor-emergency',
};

/**
 * Examines what a look is about. Engines compare with their state and templates: they see neither what somebody added beside
 * these, nor what CloudFormation failed to delete. A question that could not be asked is a failed look.
 */
export function examineBy(look: DoctorLook, location: EstateLocation, { isQuick = false } = {}): Outcome {
  // The CDK's lookup role, which is the default, would let the pipeline read all that the account has.
  const role = look === 'doctor-emergency' ? [`--account-role ${emergencyReaderName(location.estate)}`] : [];
  const only = Object.entries(LOOK_OF).flatMap(([area, one]) => (one === look ? [`--only ${area}`] : []));
  const run = runEngine(
    entraAws('doctor', location, [...only, ...role, ...(isQuick ? ['--quick'] : []), '--strict'].join(' ')),
  );
  const failures = countFailures(run);
  const hasFound = failures !== undefined && failures > 0;
  // A doctor that came to no end has examined nothing, whatever its exit code.
  const state = hasFound ? 'changed' : run.code === 0 && failures === 0 ? 'unchanged' : 'failed';
  const text = `${run.stdout}\n${run.stderr}`.trim();
  return { step: look, command: run.command, state, destroyed: [], text };
}

/** Asks whether `organization.json` gives the access that it would give as AWS has it now. */
export function checkSnapshot(location: EstateLocation): Outcome {
  const run = runEngine(entraAws('snapshot', location, '--check --access-only'));
  const state = run.code === 0 ? 'unchanged' : isSnapshotStale(run) ? 'changed' : 'failed';
  return { step: 'snapshot', command: run.command, state, destroyed: [], text: `${run.stdout}\n${run.stderr}`.trim() };
}
