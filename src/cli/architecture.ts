import { dirname, join } from 'node:path';
import { diskFolder } from '../estate/load/estate-folder';
import { readIfThere } from '../estate/load/read-if-there';
import { planEstate } from '../estate/plan/estate-plan';
import { formatFinding, hasErrors } from '../estate/source/finding';
import { architectureOf } from '../preview/hosting/architecture-graph';
import { architectureSvg } from '../preview/hosting/architecture-svg';
import { isHostingTemplate } from '../preview/hosting/templates';
import { synthesizeEstate } from '../preview/engine/synthesize';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand } from './program/cli';
import { prepareOutputs, writeOutputs } from './program/output-files';

const HELP = `npm run architecture [-- options]

Draws the hosting of an estate from the templates that the CDK synthesises.

  --estate NAME     the estate (default: sandbox)
  --out FILE        the picture (default: plan/NAME/hosting.svg)
  --check           write nothing; exit 1 if the picture is stale
  --estates FOLDER  where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help            show this

Exit codes: 0 written or fresh, 1 stale or not drawn, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string', default: 'sandbox' },
    out: { type: 'string' },
    check: { type: 'boolean', default: false },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { estates, check } = values;
  const { name } = chooseEstate({ root: estates, name: values.estate });
  const out = values.out ?? join('plan', name, 'hosting.svg');
  const picture = draw(estates, name);
  const isFresh = readIfThere(out) === picture;
  if (!isFresh && !check) {
    await prepareOutputs(dirname(out), [out]);
    await writeOutputs([{ path: out, text: picture }]);
  }
  process.stdout.write(`${out} ${isFresh ? 'is up to date' : check ? `is stale: ${redraw(name, out)}` : 'written'}\n`);
  return isFresh || !check ? EXIT.ok : EXIT.failed;
}

function redraw(name: string, out: string): string {
  return `npm run architecture -- --estate ${name} --out ${out}`;
}

/** @throws Error if the estate has errors or no hosting */
function draw(estates: string, name: string): string {
  const plan = planEstate(diskFolder(estates, name));
  if (hasErrors(plan.findings)) throw new Error(plan.findings.map(formatFinding).join('\n'));
  if (plan.estate.hosting === undefined) throw new Error(`The estate '${name}' has no hosting section to draw.`);
  const templates = synthesizeEstate(plan).templates.filter(isHostingTemplate);
  return architectureSvg(architectureOf(templates), `Hosting of ${name}`);
}

void runCommand(main);
