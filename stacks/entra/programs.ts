import { customers } from './customers';
import type { Program, ProgramName } from './program';
import { workforce } from './workforce';

/** The programs that a stack can choose by its config `program`. */
export const PROGRAMS: Readonly<Record<ProgramName, Program>> = { customers, workforce };

export function isProgramName(name: string | undefined): name is ProgramName {
  return name !== undefined && Object.hasOwn(PROGRAMS, name);
}
