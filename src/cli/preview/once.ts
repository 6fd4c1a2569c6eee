import { dirname, join } from 'node:path';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { folderFromTop, GitError, gitFolder, openRevision } from '../../clouds/git/git-folder';
import { hasErrors } from '../../estate/source/finding';
import { annotationsOf, isContinuousIntegration } from '../../deploy/forges/registry';
import type { Annotations } from '../../deploy/forges/runner';
import type { Base } from '../../preview/gather-facts';
import { renderHtml } from '../../preview/render-html';
import { jsonPieces, renderFirst, renderJson, renderMarkdown, renderTerminal } from '../../preview/render';
import type { Answer, Report } from '../../preview/report';
import { EXIT, hasColours, type Pieces, UsageError } from '../program/cli';
import { refreshSchema } from '../program/editor-schema';
import type { OptionsOf } from '../program/define';
import { type OutputFile, prepareOutputs, writeOutputs } from '../program/output-files';
import { runKind } from '../program/surroundings';
import { placementText, previewOf } from './facts';
import type * as commands from './options';
import type { Validation } from './validation';

export type Options = OptionsOf<typeof commands.preview>;

/** What a preview begins with. */
interface Beginning {
  readonly name: string;
  readonly now: Date;
  readonly known: KnownAnswers;
  readonly validation: Validation;
}

export async function previewOnce(options: Options, { name, now, known, validation }: Beginning): Promise<number> {
  const { estates } = options;
  const base = await chooseBase(estates, name, options);
  const out = options.out ?? join('plan', name);
  const paths = await prepare(out, options);
  const { shown, first } = answerOf(options);
  const meanwhile = isContinuousIntegration(process.env) ? undefined : () => refreshSchema(estates);
  const { facts, report } = await previewOf({ estates, name, base, now, known, first, meanwhile }, validation);
  const annotations = annotate(report);
  await writeOutputs([...placementText(facts, estates), ...keptReport(out, annotations)]);
  // One after the other: of a large estate each takes as much memory as the report.
  for (const [file, render] of RENDERED) await writeOutputs([{ path: join(out, file), text: render(report) }]);
  await writeOutputs(await sarifOf(report, options));
  process.stdout.write(
    options.json ? renderJson(report) : renderTerminal(report, { colour: hasColours(), files: paths, shown }),
  );
  // The text above may be for a program.
  process.stderr.write((annotations?.lines ?? []).map((line) => `${line}\n`).join(''));
  return hasErrors(report.findings) ? EXIT.failed : EXIT.ok;
}

/** Shows a person at once what needs no engine: the engines take seconds. In a pipe, all is printed once and at the end. */
function answerOf({ json }: Options) {
  const shown: string[] = [];
  if (json || !process.stdout.isTTY) return { shown };
  const first = (answer: Answer): void => {
    shown.push(...renderFirst(answer, { colour: hasColours() }));
    process.stdout.write(`${shown.join('\n\n')}\n`);
  };
  return { shown, first };
}

/** Makes the folders before what takes seconds: an output that can't be written is known at once. @returns the renderings' paths */
async function prepare(out: string, { sarif }: Options): Promise<readonly string[]> {
  const paths = RENDERED.map(([file]) => join(out, file));
  await prepareOutputs(out, paths);
  if (sarif !== undefined) await prepareOutputs(dirname(sarif), [sarif]);
  return paths;
}

async function chooseBase(
  estates: string,
  name: string,
  { base, deployed }: { readonly base?: string | undefined; readonly deployed?: string | undefined },
): Promise<Base | undefined> {
  if (base !== undefined && deployed !== undefined) throw new UsageError('give --base or --deployed, not both');
  if (base !== undefined) return openBase(estates, name, { option: '--base', ref: base, revision: nameOf(base) });
  if (deployed === undefined) return undefined;
  const { readDeployedBase } = await import('../../deploy/pipeline/deployed-base.js');
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

async function sarifOf(report: Report, { sarif }: Options): Promise<readonly OutputFile[]> {
  if (sarif === undefined) return [];
  const { renderSarif } = await import('./sarif.js');
  return [{ path: sarif, text: renderSarif(report, folderFromTop()) }];
}

/** Errors as the forge shows them, whose paths begin at the top of the repository. */
function annotate({ findings }: Report): Annotations | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return annotationsOf(errors, process.env, folderFromTop);
}

type Render = (report: Report) => Pieces;

/** Renderings that are written, by its path in the output folder. */
const RENDERED: readonly (readonly [string, Render])[] = [
  ['preview.md', renderMarkdown],
  ['index.html', renderHtml],
  ['preview.json', jsonPieces],
];
