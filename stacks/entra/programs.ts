import { customers } from './customers';
import type { PulumiKind } from '../../src/estate/plan/stacks/stacks';
import type { Program } from './program';
import { workforce } from './workforce';

/** The programs that a stack can choose by its config `program`. */
export const PROGRAMS: Readonly<Record<PulumiKind, Program>> = { customers, workforce };

export function isProgramName(name: string | undefined): name is PulumiKind {
  return name !== undefined && Object.hasOwn(PROGRAMS, name);
}
