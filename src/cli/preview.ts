import { join } from 'node:path';
import { diskFolder, listEstates } from '../estate/load/estate-folder';
import { GitError, gitFolder, openRevision } from '../clouds/git/git-folder';
import { PLACEMENT_FILE } from '../estate/source/estate-folder';
import { hasErrors } from '../estate/source/finding';
import { readDeployedBase } from '../deploy/pipeline/deployed-base';
import type { PreviewFacts } from '../preview/facts';
import type { Base } from '../preview/gather-facts';
import { addPrograms, gatherFacts } from '../preview/gather-facts';
import { renderHtml } from '../preview/render-html';
import { renderJson } from '../preview/render-json';
import { renderMarkdown } from '../preview/render-markdown';
import { renderTerminal } from '../preview/render-terminal';
import { buildReport } from '../preview/report';
import type { Report } from '../preview/report-types';
import { synthesizeEstate } from '../preview/engine/synthesize';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './program/cli';
import { hasColours } from './program/examining';
import type { OutputFile } from './program/output-files';
import { prepareOutputs, writeOutputs } from './program/output-files';
import { readStackConfig } from './program/stack-config';

const HELP = `npm run preview [-- options]

Shows offline what an estate grants and registers, what is wrong with it, and, against a git revision, who gains and who
loses access and which applications, user flows, groups and the like change.
Writes preview.md (for a pull request), index.html and preview.json, and placement.lock.json where that is stale.

  --estate NAME      the estate (default: the only one, or sandbox)
  --base REVISION    compare with the estate at this git revision; for what a branch itself changes, give
                     "$(git merge-base origin/main HEAD)"
  --deployed FILE    compare with what was deployed last, as npm run deployed-commit found it; all is new where that is nothing
  --out FOLDER       where the files go (default: plan/NAME)
  --json             print preview.json and nothing else
  --day YYYY-MM-DD   the day in UTC for which secrets and certificates are shown (default: today)
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

With CI=true the placement file is not written: a stale or missing one is an error.
Exit codes: 0 no error found, 1 errors found or not done, 2 called wrongly.
`;

/** The estate that is previewed where there are several and none is named. */
const PREFERRED_ESTATE = 'sandbox';

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    base: { type: 'string' },
    deployed: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    day: { type: 'string' },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { estates } = values;
  if (values.out === '') throw new UsageError('--out must name a folder');
  const now = values.day === undefined ? new Date() : parseDay(values.day);
  const { name } = chooseEstate({ root: estates, name: values.estate ?? preferredEstate(estates) });
  const base = chooseBase(estates, name, values);
  const out = values.out ?? join('plan', name);
  const paths = RENDERED.map(([file]) => join(out, file));
  // Before what takes seconds: an output that can't be written is known at once.
  await prepareOutputs(out, paths);
  const facts = await factsOf({ estates, name, base, now });
  const report = buildReport(facts);
  // Everything is rendered before the first file is written.
  const rendered = RENDERED.map(([file, render]) => ({ path: join(out, file), text: render(report) }));
  await writeOutputs([...placementText(facts, estates), ...rendered]);
  process.stdout.write(
    values.json ? renderJson(report) : renderTerminal(report, { colour: hasColours(), files: paths }),
  );
  return hasErrors(report.findings) ? EXIT.failed : EXIT.ok;
}

interface Question {
  readonly estates: string;
  readonly name: string;
  readonly base: Base | undefined;
  readonly now: Date;
}

function factsOf({ estates, name, base, now }: Question): Promise<PreviewFacts> {
  const planned = gatherFacts(diskFolder(estates, name), {
    synthesize: synthesizeEstate,
    writesPlacement: !isContinuousIntegration(),
    ...(base !== undefined && { base }),
  });
  return addPrograms(planned, async ({ estate, emergency }) => {
    // Loaded only where an estate has programs: Pulumi takes most of a second.
    const { runPrograms } = await import('../preview/engine/run-program.js');
    return runPrograms(estate, { now, configOf: readStackConfig, emergency });
  });
}

/** Midnight in UTC of a day. @throws UsageError if it is none */
function parseDay(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`);
  if (isDay) return day;
  throw new UsageError(`--day must be a day, such as 2026-01-31, not '${text}'`);
}

function preferredEstate(estates: string): string | undefined {
  return listEstates(estates).includes(PREFERRED_ESTATE) ? PREFERRED_ESTATE : undefined;
}

function isContinuousIntegration(): boolean {
  return ['true', '1'].includes(process.env['CI'] ?? '');
}

function chooseBase(
  estates: string,
  name: string,
  { base, deployed }: { readonly base?: string | undefined; readonly deployed?: string | undefined },
): Base | undefined {
  if (base !== undefined && deployed !== undefined) throw new UsageError('--base or --deployed, not both');
  if (base !== undefined) return openBase(estates, name, { option: '--base', ref: base, revision: base });
  if (deployed === undefined) return undefined;
  const found = readDeployedBase(deployed);
  if (found.kind === 'nothing') return 'nothing-deployed';
  return openBase(estates, name, { option: '--deployed', ref: found.deployed.commit, revision: 'deployed' });
}

interface Revision {
  readonly option: string;
  readonly ref: string;
  /** How the report names it. */
  readonly revision: string;
}

function openBase(estates: string, name: string, { option, ref, revision }: Revision): Base {
  try {
    const opened = openRevision(estates, ref);
    return { folder: gitFolder(opened, name), revision, commit: opened.commit };
  } catch (error) {
    throw error instanceof GitError ? new UsageError(`${option}: ${error.message}`) : error;
  }
}

type Render = (report: Report) => string;

/** What is written, by its path in the output folder. */
const RENDERED: readonly (readonly [string, Render])[] = [
  ['preview.md', renderMarkdown],
  ['index.html', renderHtml],
  ['preview.json', renderJson],
];

/** The placement file, if it is to be written. */
function placementText({ head, placement }: PreviewFacts, estates: string): readonly OutputFile[] {
  const { access, estate } = head.plan;
  if (placement?.outcome !== 'written' || access === undefined) return [];
  return [{ path: join(estates, estate.name, PLACEMENT_FILE), text: access.placement.text }];
}

void runCommand(main);
