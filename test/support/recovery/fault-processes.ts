import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FaultOutcome, FaultPlan, Undisturbed } from './fault-plan';
import type { FaultTask, FaultTools } from './fault-process-program';
import { drawKind } from './fault-run';

/**
 * Makes each run in a process of its own, among whose children the engine is found, so that several run at a time: azuread waits
 * most of the time. What a killed run leaves behind in a process would hold up the next one.
 */
export class FaultProcesses {
  private readonly calm = new Map<string, Promise<Undisturbed>>();

  constructor(private readonly tools: FaultTools) {}

  /** @throws Error with the words of a run that could not be made */
  async run(seed: number): Promise<FaultOutcome> {
    const undisturbed = await this.undisturbed(drawKind(seed));
    return this.inProcess<FaultOutcome>({ kind: 'disturbed', seed, undisturbed });
  }

  /** What disturbed runs are measured by; made once for each program and edition. */
  undisturbed(kind: Pick<FaultPlan, 'program' | 'edition'>): Promise<Undisturbed> {
    const key = `${kind.program}, ${kind.edition}`;
    const known = this.calm.get(key) ?? this.inProcess<Undisturbed>({ kind: 'undisturbed', ...kind });
    this.calm.set(key, known);
    return known;
  }

  /** The program tells what the task asks for. */
  private async inProcess<Result>(task: FaultTask): Promise<Result> {
    const child = fork(join(__dirname, 'fault-process-program.ts'), [JSON.stringify(this.tools)], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => [{ error: 'the process ended' }]);
    child.send(task);
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [
      { readonly result: Result } | { readonly error: string },
    ];
    child.kill();
    if ('error' in told) throw new Error(told.error);
    return told.result;
  }
}
