import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Step, STEPS } from './steps';
import { readWritten } from './written-file';

const Outcome = z.strictObject({
  step: z.enum(STEPS),
  /** The command line of the engine. */
  command: z.string(),
  /**
   * `changed`: a deployment would change something, or, of a look for drift, somebody changed something. `not-asked`: the
   * engine waits for a person, as `text` says.
   */
  state: z.enum(['unchanged', 'changed', 'failed', 'not-asked']),
  /** True if the first creation of the stack failed: it is deleted, and made as a whole. */
  isMadeAgain: z.literal(true).exactOptional(),
  /** Resources that are destroyed or replaced, in words. */
  destroyed: z.array(z.string()).readonly(),
  /** Resources that a look for drift could not check. */
  unchecked: z.int().min(0).exactOptional(),
  /** Text of the engine, for people. */
  text: z.string(),
});
/** Outcome of one stack, as its engine tells it. */
export type Outcome = Readonly<z.infer<typeof Outcome>>;

const SUFFIX = '.outcome.json';

export function outcomeFile(folder: string, step: Step): string {
  return join(folder, `${step}${SUFFIX}`);
}

/** The outcomes in a folder, in the order of a deployment. @throws Error naming the file that is none */
export function readOutcomes(folder: string): readonly Outcome[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
  const outcomes = files.map((file) => readWritten(Outcome, join(folder, file), 'npx --no entra-aws ci cloud-plan'));
  return outcomes.toSorted((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
}
