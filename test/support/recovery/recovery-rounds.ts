import type { EngineProject } from '../engine-project';
import type { FaultOutcome, FaultPlan } from './fault-plan';
import type { GraphProcess } from './graph-process';
import { badNames, type InterruptedPrograms } from './interrupted-programs';

/** Runs of recovery and `up` within which a program must be as declared. */
const ROUNDS = 12;

/** Recovery and `up`, as often as it takes. */
export class Recovery {
  private readonly said: string[] = [];

  constructor(
    private readonly programs: InterruptedPrograms,
    private readonly of: { readonly engine: EngineProject; readonly graph: GraphProcess; readonly plan: FaultPlan },
  ) {}

  async run(): Promise<Omit<FaultOutcome, 'line' | 'isHit' | 'seconds'>> {
    let [rounds, early] = [0, Number.NaN];
    let isSettled = this.of.plan.lag === 'none';
    for (;;) {
      const isDone = await this.isDone();
      if (isDone && !isSettled) {
        // What lag hid shows now, and it must be the same.
        early = rounds;
        isSettled = true;
        await this.of.graph.settle();
        continue;
      }
      const bad = isDone || rounds === ROUNDS ? await badNames(this.of.graph) : [];
      if ((isDone && bad.length === 0) || rounds === ROUNDS) {
        const isEarly = !Number.isNaN(early) && early !== rounds;
        return { rounds, isDone, bad, isEarly, said: isDone ? [] : this.said.slice(-4) };
      }
      rounds += 1;
      await this.round();
    }
  }

  private async round(): Promise<void> {
    await this.recover({ yes: true, removeSpare: true, answer: true });
    await this.of.engine.stack.up().catch((error: unknown) => this.said.push(String(error).slice(-2000)));
  }

  private async isDone(): Promise<boolean> {
    if (!(await this.recover({ check: true }))) return false;
    return this.of.engine.stack.preview({ expectNoChanges: true, refresh: true }).then(
      () => true,
      (error: unknown) => {
        this.said.push(String(error).slice(-2000));
        return false;
      },
    );
  }

  private async recover(options: Partial<Parameters<InterruptedPrograms['recover']>[2]>): Promise<boolean> {
    const { program, edition } = this.of.plan;
    try {
      const { emulator } = this.of.graph;
      const { isSound, said } = await this.programs.recover(this.of.engine.stack, emulator, {
        program,
        edition,
        ...options,
      });
      this.said.push(said);
      return isSound;
    } catch (error) {
      this.said.push(String(error).slice(-2000));
      return false;
    }
  }
}
