import { join } from 'node:path';
import { isContinuousIntegration } from '../../deploy/forges/registry';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import type { ValidatorProcess } from '../../../stacks/validator-process';
import { diskFolder } from '../../estate/load/estate-folder';
import { earlierTexts, isBehindBranch } from '../../clouds/git/git-folder';
import { type EarlierPlacements, type EstateFolder, PLACEMENT_FILE } from '../../estate/source/estate-folder';
import type { PreviewFacts } from '../../preview/facts';
import { addPrograms, type Base, type BaseFolder, planFacts, prepareTemplates } from '../../preview/gather-facts';
import { type Answer, answerOf, buildReport, draftReport, type Report, withPermissionSets } from '../../preview/report';
import { lambdasBundled } from '../../package/contents/files';
import { otherFiles, prepareSynthesis, type Remembered, textOf } from '../../preview/engine/synthesize';
import { deployedBranchOf, readStackConfig } from '../program/chosen-estate';
import { knownAnswers } from '../../preview/engine/kept-answers';
import { type OutputFile, writeOutputs } from '../program/output-files';
import { type ShowProgress, withProgress } from '../program/progress';
import { surroundingFindings } from '../program/surroundings';
import { programsOf, stackName } from '../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../estate/plan/planner';
import type { ProgramRuns } from '../../preview/entra/facts';
import { startValidation } from './validation';
import type * as RunProgram from '../../preview/engine/run-program';

/** Previews an estate as it is, for somebody who edits it: its placement file is written where that is stale. */
export async function previewAsItIs(estates: string, name: string): Promise<Report> {
  const { facts, report } = await previewOf({ estates, name, base: undefined, now: new Date(), known: knownAnswers() });
  await writeOutputs(placementText(facts, estates));
  return report;
}

interface Question {
  readonly estates: string;
  readonly name: string;
  readonly base: Base | undefined;
  readonly now: Date;
  readonly known: KnownAnswers;
  /** Is given what the files alone say, before the engines begin. @default nobody */
  readonly first?: ((answer: Answer) => void) | undefined;
  /** Is done while the validator answers, or in the end; it never fails. @default nothing */
  readonly meanwhile?: (() => Promise<void>) | undefined;
}

/** Facts of a preview, and the report on them. */
export interface Preview {
  readonly facts: PreviewFacts;
  readonly report: Report;
}

export async function previewOf(question: Question, validation = startValidation(question)): Promise<Preview> {
  const { validator, validated } = validation;
  try {
    const preview = await withProgress((show) => previewWith(validator, question, show));
    if (preview.facts.head.synthesis !== undefined) question.known.keep(validated, true);
    return preview;
  } finally {
    validator.end();
  }
}

async function previewWith(
  validator: ValidatorProcess,
  { estates, name, base, now, known, first, meanwhile }: Question,
  show: ShowProgress,
): Promise<Preview> {
  show('Reading the estate …');
  const planned = planFacts(folderOf({ estates, name, base }), {
    writesPlacement: !isContinuousIntegration(process.env),
    ...(base !== undefined && { base }),
  });
  const commit = base === 'nothing-deployed' ? undefined : base?.commit;
  const told = { ...planned, surroundings: surroundingFindings(estates, planned.head.plan, commit) };
  const draft = draftReport(told);
  if (first !== undefined) {
    show('');
    first(answerOf(told, draft));
  }
  const described = once(() => withPermissionSets(told, draft, known));
  const other = once(async () => meanwhile?.());
  const asked = beside(validator, () => {
    void other();
    described();
  });
  const templates = prepareTemplates(told, (plan, files) => prepareSynthesis(plan, { known, files, validator: asked }));
  const programmed = await addPrograms(told, (plan, files) => {
    show('Running the programs of Entra ID …');
    return runKnownPrograms(plan, { now, configOf: readStackConfig, known, files });
  });
  await lambdasBundled();
  show('Synthesising the stacks of AWS …');
  const facts = templates(programmed);
  validator.end();
  await other();
  return { facts, report: buildReport(facts, described()) };
}

/** A validator beside whose answers something else is done, rather than that they are waited for. */
function beside(validator: ValidatorProcess, work: () => unknown): NonNullable<Remembered['validator']> {
  return {
    start: () => validator.start(),
    get version() {
      return validator.version;
    },
    ask: (context) => {
      const answer = validator.ask(context);
      return () => {
        try {
          work();
        } catch {
          // Told where its result is asked for: the CDK would take it for a fault of the validator.
        }
        return answer();
      };
    },
  };
}

/**
 * The estate's folder. A pipeline takes the placement file as it is; for a person a preview repairs it, by the branch that is
 * deployed, or by an older commit of it that is given as the base: that is what is deployed while later ones wait.
 */
function folderOf({ estates, name, base }: Pick<Question, 'estates' | 'name' | 'base'>): EstateFolder {
  const folder = diskFolder(estates, name);
  if (isContinuousIntegration(process.env)) return folder;
  const older = base === undefined || base === 'nothing-deployed' ? undefined : base;
  return { ...folder, earlierPlacements: earlierPlacements(folder, estates, older) };
}

/** Asks git only where the placement file is in doubt, or differs from the base's. */
function earlierPlacements(folder: EstateFolder, estates: string, base: BaseFolder | undefined): EarlierPlacements {
  const branch = once(() => deployedBranchOf(estates));
  const isBehind = once(() => base !== undefined && isBehindBranch(estates, base.commit, branch()));
  const textsIn = (one: EstateFolder): readonly string[] => {
    const file = one.read(PLACEMENT_FILE);
    return file.kind === 'text' ? [file.text] : [];
  };
  return {
    prevail: () => base !== undefined && textsIn(base.folder).join() !== textsIn(folder).join() && isBehind(),
    texts: () =>
      base !== undefined && isBehind()
        ? textsIn(base.folder)
        : earlierTexts(estates, { branch: branch(), name: folder.name, file: PLACEMENT_FILE }),
  };
}

function once<T extends string | boolean | object>(find: () => T): () => T {
  let found: T | undefined;
  return () => (found ??= find());
}

/** The placement file, if it is to be written. */
export function placementText({ head, placement }: PreviewFacts, estates: string): readonly OutputFile[] {
  const { access, estate } = head.plan;
  if (placement?.outcome !== 'written' || access === undefined) return [];
  return [{ path: join(estates, estate.name, PLACEMENT_FILE), text: access.placement.text }];
}

export type ProgramOptions = Required<Pick<RunProgram.RunOptions, 'now' | 'configOf'>> & {
  readonly known: KnownAnswers;
  /** All that the plan was made from. */
  readonly files: readonly string[];
};

/**
 * Resources that the programs of an estate register, as an earlier run found it or as this one does. Of the time only the day in UTC
 * matters to a program. Pulumi, which takes half a second to load, is not loaded where nothing has changed.
 */
export async function runKnownPrograms(
  { estate, emergency }: EstatePlan,
  { now, configOf, known, files }: ProgramOptions,
): Promise<ProgramRuns> {
  const configs = programsOf(estate).map((name) => JSON.stringify(configOf(stackName(estate.name, name))));
  const question = {
    kind: 'programs',
    about: [
      now.toISOString().slice(0, 10),
      ...configs,
      textOf([{ ...estate, access: undefined }, emergency]),
      ...otherFiles(files),
    ],
    isAnswer: areRuns,
  };
  const found = known.find(question);
  if (found !== undefined) return found;
  const runs = await loadPulumi().runPrograms(estate, { now, configOf, emergency });
  // What failed may have failed for a reason that is gone next time.
  if (runs.programs.every(({ failure }) => failure === undefined)) known.keep(question, runs);
  return runs;
}

const PULUMI = require.resolve('@pulumi/pulumi');

/**
 * Modules of Pulumi's SDK that write functions as text, drive the engine, are a provider, or talk to the engine, with what is asked
 * of them while the SDK loads. No preview does any of it, and they load npm's Arborist, TypeScript and gRPC: 680 files, 0.5 s and
 * 60 MiB. So they are taken as empty, unless something has loaded them.
 */
const UNUSED: Readonly<Record<string, object>> = {
  '@pulumi/pulumi/automation/index.js': {},
  '@pulumi/pulumi/provider/index.js': {},
  '@pulumi/pulumi/runtime/closure/codePaths.js': {},
  '@pulumi/pulumi/runtime/closure/serializeClosure.js': {},
  '@opentelemetry/api': {},
  '@grpc/grpc-js': { makeGenericClientConstructor: () => class {} },
};

function loadPulumi(): typeof RunProgram {
  const before = new Set(Object.keys(require.cache));
  try {
    for (const [name, exports] of Object.entries(UNUSED)) {
      const id = require.resolve(name, { paths: [PULUMI] });
      require.cache[id] ??= { ...module, id, filename: id, loaded: true, exports };
    }
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what can't be loaded is to be known here
    require(PULUMI);
  } catch {
    // Another version of the SDK, which asks for more of them while it loads, or has them elsewhere.
    for (const id of Object.keys(require.cache)) if (!before.has(id)) Reflect.deleteProperty(require.cache, id);
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- jest does not find what import() would load
  return require('../../preview/engine/run-program') as typeof RunProgram;
}

function areRuns(value: unknown): value is ProgramRuns {
  return typeof value === 'object' && value !== null && 'day' in value && 'programs' in value;
}
