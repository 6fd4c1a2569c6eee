import { dirname, join } from 'node:path';
import { type EstateLocation, npmRun, shellLine } from '../deploy/steps/command';
import { readIfThere } from '../estate/load/read-if-there';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { architectureOf } from '../preview/hosting/architecture-graph';
import { architectureSvg } from '../preview/hosting/architecture-svg';
import { isHostingTemplate } from '../preview/hosting/templates';
import { synthesizeEstate } from '../preview/engine/synthesize';
import type * as commands from './commands/estate';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';
import { prepareOutputs, writeOutputs } from './program/output-files';
import { withProgress } from './program/progress';

export async function run(options: OptionsOf<typeof commands.architecture>): Promise<number> {
  const { check } = options;
  const { name, plan } = readEstate(options);
  const out = options.out ?? join('plan', name, 'hosting.svg');
  const picture = await withProgress((show) => {
    show('Synthesising the stacks of AWS …');
    return draw(name, plan);
  });
  const isFresh = readIfThere(out) === picture;
  if (!isFresh && !check) {
    await prepareOutputs(dirname(out), [out]);
    await writeOutputs([{ path: out, text: picture }]);
  }
  process.stdout.write(
    `${out} ${isFresh ? 'is up to date' : check ? `is stale: ${redraw({ estate: name, estates: options.estates }, out)}` : 'written'}\n`,
  );
  return isFresh || !check ? EXIT.ok : EXIT.failed;
}

function redraw(location: EstateLocation, out: string): string {
  return `${shellLine(npmRun('architecture', location))} --out ${out}`;
}

/** @throws Error if the estate has no hosting */
function draw(name: string, plan: EstatePlan): string {
  if (plan.estate.hosting === undefined) throw new Error(`The estate '${name}' has no hosting section to draw.`);
  const templates = synthesizeEstate(plan).templates.filter(isHostingTemplate);
  return architectureSvg(architectureOf(templates), `Hosting of ${name}`);
}
