import { type Command, type CommandResult, INTERRUPTED, shellLine } from './command';
import { DONE, type Reading, runnable, type Step, type StepByCommands, type StepId } from './step';

/** Terminal in which commands run and texts appear. */
export interface Terminal {
  /** Runs a command that only reads, without showing it. */
  readonly read: (command: Command) => Promise<CommandResult>;
  /** Runs a command that the person sees and answers. Its exit code. */
  readonly run: (command: Command) => Promise<number>;
  readonly say: (text: string) => void;
}

/** State of a step, in the words of the output. */
type StepState = Reading['state'] | 'blocked' | 'failed';

type StepStates = ReadonlyMap<StepId, StepState>;

/** Says which steps are done, and what the others wait for. Changes nothing. */
export async function showStatus(steps: readonly Step[], terminal: Terminal): Promise<StepStates> {
  return walk(steps, terminal, (step, reading) => {
    for (const command of commandsOf(step, reading)) terminal.say(`  $ ${shellLine(command)}`);
    return Promise.resolve('pending');
  });
}

/**
 * Does every step that is not done and waits for no one. A step of a person, or one of unknown state, holds up
 * those that need it, not the others; a command that fails ends everything. Run again, it goes on with what is left.
 */
export async function runSteps(steps: readonly Step[], terminal: Terminal): Promise<StepStates> {
  return walk(steps, terminal, async (step, reading) => {
    if ('todo' in step) return 'pending';
    let left = reading;
    for (let round = 1; ; round += 1) {
      const failure = await runAll(commandsOf(step, left), terminal);
      const next = failure === undefined ? DONE : await leftAfter(step, failure, terminal);
      if (next.state === 'done') {
        terminal.say('  done');
        return 'done';
      }
      // A run that gets no further fails for a reason that a person has to look at.
      if (failure !== undefined && (next.state !== 'pending' || next.why === left.why || round === MOST_ROUNDS)) {
        terminal.say(
          `  failed: it ended with exit code ${failure.code}. Fix the error above and run the command again; it continues from this step.`,
        );
        return 'failed';
      }
      terminal.say(`  ${step.whyRepeated ?? ''} Left to do: ${next.why}. Trying again.`);
      left = next;
    }
  });
}

/** Rounds of a run that gets further each time. In a directory that lagged the programs of the sandbox took up to seven. */
const MOST_ROUNDS = 10;

const STOPPED: Unfinished = { state: 'unknown', why: 'it failed' };

interface Failure {
  readonly command: Command;
  readonly code: number;
}

/** Runs commands up to the first that fails. */
async function runAll(commands: readonly Command[], terminal: Terminal): Promise<Failure | undefined> {
  for (const command of commands) {
    terminal.say(`  $ ${shellLine(command)}`);
    const code = await terminal.run(command);
    if (code !== 0) return { command, code };
  }
  return undefined;
}

/** Recovers what a failed command left, and looks at what is left to do. */
async function leftAfter(step: StepByCommands, { command, code }: Failure, terminal: Terminal): Promise<Reading> {
  const { commands, preparing = 0, recovery = [], whyRepeated } = step;
  if (commands.indexOf(command) < preparing) return STOPPED;
  const undecided = await runAll(recovery, terminal);
  if (whyRepeated === undefined || [code, undecided?.code].includes(INTERRUPTED)) return STOPPED;
  const left = await verify(step, terminal);
  // A recovery may come before the directory shows what the run had made: the next one finds it. What it leaves, a person decides.
  return undecided !== undefined && isBroken(left) ? STOPPED : left;
}

const isBroken = (reading: Reading): boolean => reading.state !== 'done' && reading.isBroken === true;

type Act = (step: Step, reading: Unfinished) => Promise<StepState>;
type Unfinished = Exclude<Reading, { readonly state: 'done' }>;

/** Commands of a step and its proof; before them, those that recover from an earlier failure. */
function commandsOf(step: Step, reading: Unfinished): readonly Command[] {
  const commands = runnable(step);
  return 'todo' in step || !isBroken(reading) ? commands : [...(step.recovery ?? []), ...commands];
}

async function walk(steps: readonly Step[], terminal: Terminal, act: Act): Promise<StepStates> {
  const states = new Map<StepId, StepState>();
  for (const step of steps) {
    terminal.say(stepHeading(step));
    const state = await stateOf(step, { states, terminal, act });
    states.set(step.id, state);
    if (state === 'failed') break;
  }
  return states;
}

interface Walk {
  readonly states: StepStates;
  readonly terminal: Terminal;
  readonly act: Act;
}

async function stateOf(step: Step, { states, terminal, act }: Walk): Promise<StepState> {
  const blockers = step.needs.filter((id) => (states.get(id) ?? 'done') !== 'done');
  if (blockers.length > 0) {
    terminal.say(`  blocked by ${blockers.join(', ')}`);
    return 'blocked';
  }
  const reading = await verify(step, terminal);
  if (reading.state === 'done') {
    terminal.say('  done');
    return 'done';
  }
  terminal.say(`  ${reading.state}: ${reading.why.replaceAll('\n', '\n    ')}`);
  for (const line of todoLines(step)) terminal.say(line);
  return reading.state === 'pending' ? act(step, reading) : 'unknown';
}

/** The first check that is not done decides. */
async function verify({ verification }: Step, terminal: Terminal): Promise<Reading> {
  if ('state' in verification) return verification;
  for (const { command, read } of verification) {
    const reading = read(await terminal.read(command));
    if (reading.state !== 'done') return reading;
  }
  return DONE;
}

/** `customers: applications, scopes and user flows of the B2C directory` */
function stepHeading({ id, title }: Step): string {
  return `${id}: ${title}`;
}

/** Lines that tell a person what to do, and how it is seen that it is done. */
function todoLines(step: Step): readonly string[] {
  if (!('todo' in step)) return [];
  return ['  to do by hand:', ...step.todo.map((line) => `    ${line}`), `  done when ${step.isDoneWhen}`];
}

/** Every step with all that it would check and run. */
export function renderPlan(steps: readonly Step[]): string {
  return steps.map((step) => `${planLines(step, steps).join('\n')}\n`).join('\n');
}

function planLines(step: Step, steps: readonly Step[]): readonly string[] {
  const { needs, verification, isDoneWhen } = step;
  const present = needs.filter((id) => steps.some((other) => other.id === id));
  const checks = 'state' in verification ? [] : verification.map(({ command }) => `  ? ${shellLine(command)}`);
  const files = (step.files ?? []).flatMap(({ path, text }) => [
    `  ${path}:`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  return [
    stepHeading(step),
    ...(present.length === 0 ? [] : [`  after ${present.join(', ')}`]),
    ...checks,
    ...files,
    ...('todo' in step
      ? todoLines(step)
      : [`  done when ${isDoneWhen}; else`, ...runnable(step).map((command) => `  $ ${shellLine(command)}`)]),
  ];
}
