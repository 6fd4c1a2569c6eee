import { once } from 'node:events';
import { accessSync, constants, mkdirSync, watch as watchFiles } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { type KnownAnswers, NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { earlierTexts, isBehindBranch } from '../../clouds/git/earlier-texts';
import { folderFromTop, GitError, gitFolder, openRevision } from '../../clouds/git/git-folder';
import { annotationsOf, runnerIn } from '../../deploy/forges/registry';
import type { Annotations } from '../../deploy/forges/runner';
import { readDeployedBase } from '../../deploy/pipeline/deployed-base';
import { diskFolder } from '../../estate/load/estate-folder';
import { readIfThere } from '../../estate/load/read-if-there';
import { type EstateFolder, PLACEMENT_FILE } from '../../estate/source/estate-folder';
import { hasErrors } from '../../estate/source/finding';
import { visibleLines } from '../../estate/source/visible';
import { AnswersOnDisk } from '../../preview/engine/answers-on-disk';
import { runKnownPrograms } from '../../preview/engine/known-programs';
import { synthesizeEstate } from '../../preview/engine/synthesize';
import { ValidatorThread } from '../../preview/engine/validator-thread';
import type { PreviewFacts } from '../../preview/facts';
import { addPrograms, type Base, gatherFacts } from '../../preview/gather-facts';
import { renderHtml } from '../../preview/render-html';
import { renderJson } from '../../preview/render-json';
import { renderMarkdown } from '../../preview/render-markdown';
import { renderTerminal } from '../../preview/render-terminal';
import { buildReport } from '../../preview/report';
import type { Report } from '../../preview/report-types';
import { SCHEMA_FILE, writeSchema } from '../docs/schema';
import { deployedBranchOf } from '../program/branch';
import { chooseEstate, type EstateOptions } from '../program/chosen-estate';
import { EXIT, hasColours, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { type OutputFile, prepareOutputs, writeOutputs } from '../program/output-files';
import { withProgress } from '../program/progress';
import { runKind } from '../program/read-clouds';
import { readStackConfig } from '../program/stack-config';
import { surroundingFindings } from '../program/surroundings';
import { serveLivePage } from './live-page';
import type * as commands from './options';

type Options = OptionsOf<typeof commands.preview>;

export async function run(options: Options): Promise<number> {
  const { port } = options;
  if (options.watch) return watch(options, port ?? 0);
  if (port !== undefined) throw new UsageError('--port needs --watch');
  return previewOnce(options);
}

async function previewOnce(options: Options): Promise<number> {
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
  await writeOutputs([...placementText(facts, estates), ...rendered, ...keptReport(out, annotations)]);
  process.stdout.write(
    options.json ? renderJson(report) : renderTerminal(report, { colour: hasColours(), files: paths }),
  );
  // The text above may be for a program.
  process.stderr.write((annotations?.lines ?? []).map((line) => `${line}\n`).join(''));
  return hasErrors(report.findings) ? EXIT.failed : EXIT.ok;
}

/** Midnight in UTC of a day. @throws UsageError if it is none */
function parseDay(text: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`);
  if (isDay) return day;
  throw new UsageError(`--day must be a day, such as 2026-01-31, got '${text}'`);
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

function keptReport(out: string, annotations: Annotations | undefined): readonly OutputFile[] {
  const report = annotations?.report;
  return report === undefined ? [] : [{ path: join(out, report.file), text: report.text }];
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

/** Milliseconds in which saves count as one: an editor writes a file in several steps. */
const PAUSE = 100;

/** Previews an estate whenever one of its files is saved, until a signal ends it. */
async function watch(options: EstateOptions, port: number): Promise<number> {
  const { name } = chooseEstate(options);
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const page = await serveLivePage(port);
  let shown = '';
  const update = inTurn(async () => {
    const report = await previewAsItIs(options.estates, name);
    page.show(renderHtml(report));
    const text = renderTerminal(report, { colour: hasColours(), files: [page.url] });
    if (text !== shown) process.stdout.write(text);
    shown = text;
    await writeSchema(options.estates, name);
  });
  // The folder above: that of the estate may be replaced, as by a checkout.
  const watcher = watchFiles(options.estates, { recursive: true }, (_, file) => {
    if (file === null || (isWithin(name, file) && basename(file) !== SCHEMA_FILE)) update();
  });
  try {
    update();
    await ended;
    return EXIT.ok;
  } finally {
    watcher.close();
    await page.close();
  }
}

/** Tells whether a path below the folder of the estates is that of an estate, or in it. */
function isWithin(name: string, file: string): boolean {
  return file === name || file.startsWith(`${name}${sep}`);
}

/** Runs a task once saves have paused, one run after the other. What goes wrong is told, and the next save tries again. */
function inTurn(task: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(task).catch((error: unknown) => {
        process.stderr.write(visibleLines(`${error instanceof Error ? error.message : String(error)}\n`));
      });
    }, PAUSE);
  };
}

/** Previews an estate as it is, for somebody who edits it: its placement file is written where that is stale. */
async function previewAsItIs(estates: string, name: string): Promise<Report> {
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

function isContinuousIntegration(): boolean {
  // Not every forge sets the variable that most do.
  return ['true', '1'].includes(process.env['CI'] ?? '') || runnerIn(process.env)?.lacksCi === true;
}

/** The placement file, if it is to be written. */
function placementText({ head, placement }: PreviewFacts, estates: string): readonly OutputFile[] {
  const { access, estate } = head.plan;
  if (placement?.outcome !== 'written' || access === undefined) return [];
  return [{ path: join(estates, estate.name, PLACEMENT_FILE), text: access.placement.text }];
}

/**
 * Hash of the compiled program and of all that it bundles for others; `src/cli/compile.cjs` puts it there, and
 * `src/package/build` where the program is packed.
 */
declare const programHash: string | undefined;

/** Variables that change what the engines do. None of them holds a secret. */
const VARIABLES = /^(CDK_|JSII_|PULUMI_(DISABLE|ENABLE|NODEJS|TEST)_)/;

/**
 * Answers that earlier runs of this very program found, with these very packages. Nothing is known to a program that was not
 * compiled, whose code has no hash, nor where npm has not written down which packages are installed.
 */
function knownAnswers(): KnownAnswers {
  const packages = installedPackages();
  if (typeof programHash !== 'string' || packages === undefined) return NOTHING_KNOWN;
  const folder = answersFolder(packages.folder);
  if (folder === undefined) return NOTHING_KNOWN;
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  return new AnswersOnDisk({
    folder,
    versions: [
      programHash,
      process.version,
      packages.list,
      ...variables.map((entry) => JSON.stringify(entry)).toSorted(),
    ],
  });
}

/** npm's list of all that is installed, with versions and hashes: beside this program, or around the project that uses it. */
function installedPackages(): { readonly folder: string; readonly list: string } | undefined {
  for (const folder of require.resolve.paths('constructs') ?? []) {
    const list = readIfThere(join(folder, '.package-lock.json'));
    if (list !== undefined) return { folder, list };
  }
  return undefined;
}

/** Folder of the answers: beside the packages, or the user's own where that can't be written, such as in an image. */
function answersFolder(packages: string): string | undefined {
  const places = [() => join(packages, '.cache'), () => process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')];
  for (const place of places) {
    try {
      const folder = join(place(), 'entra-aws/answers');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
