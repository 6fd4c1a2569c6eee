import { ComponentResource } from '@pulumi/pulumi';
import { drawFaults, faultRun, type Moments, momentsOf } from '../../test/support/recovery/fault-run';
import { InterruptedPrograms } from '../../test/support/recovery/interrupted-programs';

/** Folders of Pulumi's CLI and of its host for Node. */
export interface FaultTools {
  readonly cli: string;
  readonly host: string;
}

export type FaultTask =
  { readonly kind: 'moments' } | { readonly kind: 'run'; readonly seed: number; readonly moments: Moments };

/** Does what it is told to, and tells how that ended. */
async function main(tools: FaultTools): Promise<void> {
  // A run that ends early leaves calls behind that nobody waits for; nothing here reads a component's outputs.
  const components = ComponentResource.prototype as unknown as { registerOutputs: () => void };
  components.registerOutputs = () => undefined;
  process.on('unhandledRejection', () => undefined);
  const programs = await InterruptedPrograms.create(tools);
  process.on('message', (task: FaultTask) => {
    const work =
      task.kind === 'moments' ? momentsOf(programs) : faultRun(programs, drawFaults(task.seed, task.moments));
    void work.then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}

void main(JSON.parse(process.argv[2] ?? '{}') as FaultTools);
