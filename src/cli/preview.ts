import { join } from 'node:path';
import type { KnownAnswers } from '../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../constructs/aws/checks/known-answers';
import { diskFolder } from '../estate/load/estate-folder';
import { earlierTexts, isBehindBranch } from '../clouds/git/earlier-texts';
import { folderFromTop, GitError, gitFolder, openRevision } from '../clouds/git/git-folder';
import type { EstateFolder } from '../estate/source/estate-folder';
import { PLACEMENT_FILE } from '../estate/source/estate-folder';
import { hasErrors } from '../estate/source/finding';
import { type Annotations, annotationsOf } from '../deploy/forges/annotations';
import { readDeployedBase } from '../deploy/pipeline/deployed-base';
import type { PreviewFacts } from '../preview/facts';
import type { Base } from '../preview/gather-facts';
import { ValidatorThread } from '../preview/engine/validator-thread';
import { addPrograms, gatherFacts } from '../preview/gather-facts';
import { renderHtml } from '../preview/render-html';
import { renderJson } from '../preview/render-json';
import { renderMarkdown } from '../preview/render-markdown';
import { renderTerminal } from '../preview/render-terminal';
import { buildReport } from '../preview/report';
import type { Report } from '../preview/report-types';
import { runKnownPrograms } from '../preview/engine/known-programs';
import { synthesizeEstate } from '../preview/engine/synthesize';
import type * as commands from './commands/estate';
import { deployedBranchOf } from './program/branch';
import { EXIT, hasColours, UsageError } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { knownAnswers } from './program/known-answers';
import type { OutputFile } from './program/output-files';
import { prepareOutputs, writeOutputs } from './program/output-files';
import { withProgress } from './program/progress';
import { runKind } from './program/read-clouds';
import { readStackConfig } from './program/stack-config';
import { surroundingFindings } from './program/surroundings';

export async function run(options: OptionsOf<typeof commands.preview>): Promise<number> {
  const { estates } = options;
  const now = options.day === undefined ? new Date() : parseDay(options.day);
  const { name } = chooseEstate(options);
  const base = chooseBase(estates, name, options);
  const out = options.out ?? join('plan', name);
  const paths = RENDERED.map(([file]) => join(out, file));
  // Before what takes seconds: an output that can't be written is known at once.
  await prepareOutputs(out, paths);
  // A preview in a pipeline decides on a change, so it takes no other run's word for anything.
  const known = options.cache && !isContinuousIntegration() ? knownAnswers() : NOTHING_KNOWN;
  const facts = await factsOf({ estates, name, base, now, known });
  const report = buildReport(facts);
  const annotations = annotate(report);
  // Everything is rendered before the first file is written.
  const rendered = RENDERED.map(([file, render]) => ({ path: join(out, file), text: render(report) }));
  await writeOutputs([...placementText(facts, estates), ...rendered, ...qualityFile(out, annotations)]);
  process.stdout.write(
    options.json ? renderJson(report) : renderTerminal(report, { colour: hasColours(), files: paths }),
  );
  // The text above may be for a program.
  process.stderr.write((annotations?.lines ?? []).map((line) => `${line}\n`).join(''));
  return hasErrors(report.findings) ? EXIT.failed : EXIT.ok;
}

/** Previews an estate as it is, for somebody who edits it: its placement file is written where that is stale. */
export async function previewAsItIs(estates: string, name: string): Promise<Report> {
  const facts = await factsOf({ estates, name, base: undefined, now: new Date(), known: knownAnswers() });
  await writeOutputs(placementText(facts, estates));
  return buildReport(facts);
}

interface Question {
  readonly estates: string;
  readonly name: string;
  readonly base: Base | undefined;
  readonly now: Date;
  readonly known: KnownAnswers;
}

function factsOf({ estates, name, base, now, known }: Question): Promise<PreviewFacts> {
  let validator: ValidatorThread | undefined;
  return withProgress(async (show) => {
    show('Synthesising the stacks of AWS …');
    const planned = gatherFacts(folderOf({ estates, name, base }), {
      synthesize: (plan, files) =>
        synthesizeEstate(plan, { known, files, startValidator: () => (validator ??= new ValidatorThread()) }),
      writesPlacement: !isContinuousIntegration(),
      ...(base !== undefined && { base }),
    });
    const facts = await addPrograms(planned, (plan, files) => {
      show('Running the programs of Entra ID …');
      return runKnownPrograms(plan, { now, configOf: readStackConfig, known, files });
    });
    return { ...facts, surroundings: surroundingFindings(estates, facts.head.plan) };
  });
}

/**
 * The estate's folder. A pipeline takes the placement file as it is; for a person a preview repairs it, by the branch that is
 * deployed, or by an older commit of it that is given as the base: that is what is deployed while later ones wait.
 */
function folderOf({ estates, name, base }: Pick<Question, 'estates' | 'name' | 'base'>): EstateFolder {
  const folder = diskFolder(estates, name);
  if (isContinuousIntegration()) return folder;
  const older = base === undefined || base === 'nothing-deployed' ? undefined : base;
  const branch = deployedBranchOf(estates);
  if (older !== undefined && isBehindBranch(estates, older.commit, branch)) {
    const placed = older.folder.read(PLACEMENT_FILE);
    const texts = placed.kind === 'text' ? [placed.text] : [];
    return { ...folder, earlierPlacements: { prevail: true, texts: () => texts } };
  }
  const texts = (): Iterable<string> => earlierTexts(estates, { branch, name, file: PLACEMENT_FILE });
  return { ...folder, earlierPlacements: { prevail: false, texts } };
}

/** Midnight in UTC of a day. @throws UsageError if it is none */
function parseDay(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`);
  if (isDay) return day;
  throw new UsageError(`--day must be a day, such as 2026-01-31, got '${text}'`);
}

function isContinuousIntegration(): boolean {
  // Azure Pipelines does not set the variable that the others do.
  return ['true', '1'].includes(process.env['CI'] ?? '') || process.env['TF_BUILD'] === 'True';
}

function chooseBase(
  estates: string,
  name: string,
  { base, deployed }: { readonly base?: string | undefined; readonly deployed?: string | undefined },
): Base | undefined {
  if (base !== undefined && deployed !== undefined) throw new UsageError('give --base or --deployed, not both');
  if (base !== undefined) return openBase(estates, name, { option: '--base', ref: base, revision: nameOf(base) });
  if (deployed === undefined) return undefined;
  const found = readDeployedBase(deployed);
  if (found.kind === 'nothing') return 'nothing-deployed';
  return openBase(estates, name, { option: '--deployed', ref: found.deployed.commit, revision: 'deployed' });
}

/** Name of a base for people: the branch, where the forge gives a commit of it. */
function nameOf(base: string): string {
  const run = runKind();
  return base === run?.base ? (run.into ?? base) : base;
}

interface Revision {
  readonly option: string;
  readonly ref: string;
  /** Name in the report. */
  readonly revision: string;
}

function openBase(estates: string, name: string, { option, ref, revision }: Revision): Base {
  try {
    const opened = openRevision(estates, ref);
    const isDeployed = option === '--deployed';
    return { folder: gitFolder(opened, name), revision, commit: opened.commit, isDeployed };
  } catch (error) {
    throw error instanceof GitError ? new UsageError(`${option}: ${error.message}`) : error;
  }
}

/** File that a job of GitLab keeps as its report of code quality. */
const CODE_QUALITY = 'code-quality.json';

function qualityFile(out: string, annotations: Annotations | undefined): readonly OutputFile[] {
  const text = annotations?.codeQuality;
  return text === undefined ? [] : [{ path: join(out, CODE_QUALITY), text }];
}

/** Errors as the forge shows them, whose paths begin at the top of the repository. */
function annotate({ findings }: Report): Annotations | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return annotationsOf(errors, process.env, folderFromTop());
}

type Render = (report: Report) => string;

/** Renderings that are written, by its path in the output folder. */
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
