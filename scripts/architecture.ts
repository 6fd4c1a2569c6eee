import { dirname, join } from 'node:path';
import { readIfThere } from '../src/estate/load/estate-folder';
import type { EstatePlan } from '../src/estate/plan/planner';
import { architectureOf, architectureSvg } from '../src/preview/hosting/architecture';
import { isHostingTemplate } from '../src/preview/hosting/templates';
import { synthesizeEstate } from '../src/preview/engine/synthesize';
import { EXIT } from '../src/cli/program/cli';
import { check as checkOption, estateCommand, type OptionsOf } from '../src/cli/program/define';
import { readEstate } from '../src/cli/program/estate';
import { runScript } from './run-script';
import { prepareOutputs, writeOutputs } from '../src/cli/program/output-files';
import { withProgress } from '../src/cli/program/progress';

const definition = estateCommand('scripts/architecture.ts', {
  summary: 'Draw the hosting of an estate',
  description: 'Draws the hosting of an estate from the templates that the CDK synthesises.',
  exit: ['written or fresh', 'stale or not drawn'],
})
  .option('--out <file>', 'file of the picture (default: plan/NAME/hosting.svg)')
  .addOption(checkOption('the picture is stale'));

async function run(options: OptionsOf<typeof definition>): Promise<number> {
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
    `${out} ${isFresh ? 'is up to date' : check ? `is stale; run npx tsx scripts/architecture.ts --estate ${name} --out ${out} to update it` : 'written'}\n`,
  );
  return isFresh || !check ? EXIT.ok : EXIT.failed;
}

/** @throws Error if the estate has no hosting */
function draw(name: string, plan: EstatePlan): string {
  if (plan.estate.hosting === undefined) throw new Error(`The estate '${name}' has no hosting section to draw.`);
  const templates = synthesizeEstate(plan).templates.filter(isHostingTemplate);
  return architectureSvg(architectureOf(templates), `Hosting of ${name}`);
}

runScript(definition, run);
