import type { Estate } from '../../estate/sections/estate';

/** The programs of `stacks/pulumi.ts`, each for a section of the estate of the same name. */
export const PROGRAM_NAMES = ['customers', 'workforce'] as const;

export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** Programs whose section the estate has. */
export function programsOf(estate: Estate): readonly ProgramName[] {
  return PROGRAM_NAMES.filter((name) => estate[name] !== undefined);
}
