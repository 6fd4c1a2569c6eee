import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parsePolicy } from '../../src/permissions/policy';
import { difference, type Side } from '../../src/permissions/side';
import { randomLayers, type RandomPolicy } from '../../test/support/permissions/random-policies';
import { disagreement } from '../../test/support/permissions/smt';
import { sampled } from '../../test/support/runs';
import { REPOSITORY } from '../measure';

/** The part of z3's API that reads SMT-LIB. `npm ci --prefix .ci/system` brings it. */
interface Solver {
  mk_config(): unknown;
  mk_context(config: unknown): unknown;
  mk_simple_solver(context: unknown): unknown;
  solver_reset(context: unknown, solver: unknown): void;
  solver_from_string(context: unknown, solver: unknown, script: string): void;
  solver_check(context: unknown, solver: unknown): Promise<number>;
}

/** Answer that there is no such request; 1 is that there is one. */
const UNSAT = -1;

const sideFrom = (documents: readonly RandomPolicy[]): Side => ({
  layers: documents.map((document, index) => ({
    name: `layer ${index}`,
    statements: parsePolicy(document, `policy ${index}`),
  })),
});

/** Compares random pairs of policies with z3: `solver.ts COUNT [SEED]`. Prints those that differ, and then exits with 1. */
async function main(count: number, seed: number): Promise<void> {
  const load = createRequire(join(REPOSITORY, '.ci/system/package.json'));
  const { Z3 } = await (load('z3-solver') as { readonly init: () => Promise<{ readonly Z3: Solver }> }).init();
  const context = Z3.mk_context(Z3.mk_config());
  const solver = Z3.mk_simple_solver(context);
  const [start, differing] = [performance.now(), [] as unknown[]];
  for (const [before, after] of sampled(fc.tuple(randomLayers, randomLayers), count, seed)) {
    Z3.solver_reset(context, solver);
    const gained = difference(sideFrom(before), sideFrom(after));
    // Not with z3's own reader of scripts, which runs in a thread that outlives the text.
    Z3.solver_from_string(context, solver, disagreement(before, after, gained));
    const answer = await Z3.solver_check(context, solver);
    if (answer !== UNSAT) differing.push({ answer, before, after });
  }
  console.log(JSON.stringify({ count, seed, seconds: (performance.now() - start) / 1000, differing }));
  // z3's threads would keep the process.
  process.exit(differing.length > 0 ? 1 : 0);
}

const [count = '10000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
void main(Number(count), Number(seed));
