import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import type { Edition } from './editions';
import type { Undisturbed } from './fault-plan';
import { drawFaults, faultRun } from './fault-run';
import { InterruptedPrograms } from './interrupted-programs';
import { undisturbedRun } from './undisturbed-run';

/** Folders of Pulumi's CLI and of its host for Node. */
export interface FaultTools {
  readonly cli: string;
  readonly host: string;
}

export type FaultTask =
  | { readonly kind: 'undisturbed'; readonly program: PulumiKind; readonly edition: Edition }
  | { readonly kind: 'disturbed'; readonly seed: number; readonly undisturbed: Undisturbed };

/** Does what it is told to, and tells how that ended. */
async function main(tools: FaultTools): Promise<void> {
  const programs = await InterruptedPrograms.create(tools);
  process.on('message', (task: FaultTask) => {
    const work =
      task.kind === 'undisturbed'
        ? undisturbedRun(programs, task.program, task.edition)
        : faultRun(programs, drawFaults(task.seed, task.undisturbed), task.undisturbed);
    void work.then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}

void main(JSON.parse(process.argv[2] ?? '{}') as FaultTools);
