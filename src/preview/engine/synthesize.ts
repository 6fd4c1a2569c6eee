import type { KnownAnswers, Question } from '../../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import type { Validator } from '../../../constructs/aws/checks/validator';
import type { ImageSource } from '../../../constructs/aws/hosting/app-service';
import type { ImageSources } from '../../../stacks/aws/estate-app';
import { imageSourceOf } from '../../../stacks/image-source';
import type { Estate } from '../../estate/sections/estate';
import type { EstatePlan } from '../../estate/plan/planner';
import { planBesidesAccess } from '../../estate/plan/stacks/besides-access';
import { type CdkStack, cdkStacks } from '../../estate/plan/stacks/stacks';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../estate/source/estate-folder';
import type { Path } from '../../estate/source/finding';
import { builtImagesOf } from '../../estate/sections/hosting/services';
import type { Synthesis } from '../facts';
import type * as SynthesizeApp from './synthesize-app';

/** Answers of an earlier run, and what they depend on. */
export interface Remembered {
  readonly known: KnownAnswers;
  /** All that the plan was made from: see `filesRead`. */
  readonly files: readonly string[];
  /** Is started as soon as it is likely to be asked. @default the one of aws-cdk-lib in this thread */
  readonly validator?: Validator & { readonly start: () => unknown };
}

/**
 * Synthesises an estate as `cdk synth` does, in a temporary folder, and returns the templates and what validation found
 * instead of failing. The plan must have no errors. Stacks of which an earlier synthesis tells all are not synthesised again; where
 * that is all of them, the CDK is not even loaded.
 */
export function synthesizeEstate(plan: EstatePlan, remembered?: Remembered): Synthesis {
  return prepareSynthesis(plan, remembered)();
}

/** Looks for an earlier result, and starts the validator where there is none: it loads its rules until it is asked. */
export function prepareSynthesis(
  plan: EstatePlan,
  { known, files, validator }: Remembered = { known: NOTHING_KNOWN, files: [] },
): () => Synthesis {
  const imageOf = remembering(imageSourceOf);
  const images = builtImagesOf(plan.estate).map((image) => imageOf(image).hash);
  const parts = partsOf(plan, { files, images }).map((part) => ({ ...part, found: known.find(part.question) }));
  const stacks = parts.flatMap((part) => (part.found === undefined ? part.stacks : []));
  const others = validatedBut(plan.estate);
  // Nearly always something new, which the validator must see.
  if (stacks.length > 0 && known.find(others) === undefined) validator?.start();
  return () => {
    const made = stacks.length === 0 ? NOTHING : loadApp().synthesizeApp(plan, { imageOf, known, validator, stacks });
    const missing = parts.filter(({ found }) => found === undefined);
    const all = parts.map((part) => part.found ?? kept(part, ofPart(part, missing, made), known));
    known.keep(others, true);
    return { templates: all.flatMap(({ templates }) => templates), issues: all.flatMap(({ issues }) => issues) };
  };
}

const NOTHING: Synthesis = { templates: [], issues: [] };

/** Stacks that another preview may know, though it knows not the others. */
interface Part {
  readonly stacks: readonly CdkStack[];
  readonly question: Question<Synthesis>;
}

/** What other stacks than those of access depend on changes less often, and they take longer. */
function partsOf(
  plan: EstatePlan,
  { files, images }: { readonly files: readonly string[]; readonly images: readonly string[] },
): readonly Part[] {
  const [access = [], others = []] = [true, false].map((isAccess) =>
    cdkStacks(plan).filter(({ section }) => (section === 'access') === isAccess),
  );
  const besides = textOf(planBesidesAccess(plan));
  return [
    { stacks: access, question: { kind: 'stacks of access', about: files, isAnswer: isSynthesis } },
    {
      stacks: others,
      question: { kind: 'other stacks', about: [...images, besides, ...otherFiles(files)], isAnswer: isSynthesis },
    },
  ].filter(({ stacks }) => stacks.length > 0);
}

/** Of a synthesis of some parts, one of them. What is wrong at no section of theirs is told with the first. */
function ofPart(part: Part, made: readonly Part[], { templates, issues }: Synthesis): Synthesis {
  const names = new Set(part.stacks.map(({ name }) => name));
  const partOf = ([section]: Path): Part | undefined =>
    made.find(({ stacks }) => stacks.some((stack) => stack.section === section)) ?? made[0];
  return {
    templates: templates.filter(({ stack }) => names.has(stack)),
    issues: issues.filter(({ at }) => partOf(at) === part),
  };
}

function kept({ question }: Part, own: Synthesis, known: KnownAnswers): Synthesis {
  known.keep(question, own);
  return own;
}

/** JSON in which maps and sets are lists: what answers depend on. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (one instanceof Map || one instanceof Set ? [...one] : one));
}

/** What a plan was made from, but for the files that the estate and the places of its assignments were read from. */
export function otherFiles(files: readonly string[]): readonly string[] {
  // Also of earlier placements: `["placement.lock.json, 1 back", …]`.
  const starts = [ESTATE_FILE, PLACEMENT_FILE].flatMap((path) => [`["${path}"`, `["${path}, `]);
  return files.filter((file) => !starts.some((start) => file.startsWith(start)));
}

/** Tells whether an estate with other grants, but the same in everything else, has been validated. */
function validatedBut(estate: Estate): Question<true> {
  const text = JSON.stringify(estate, (key, value: unknown) => (key === 'grants' ? undefined : value));
  return { kind: 'all but the grants', about: [text], isAnswer: (value): value is true => value === true };
}

/** Asks for each image once: its hash is that of hundreds of files. */
function remembering(imageOf: ImageSources): ImageSources {
  const images = new Map<string, ImageSource>();
  return (image) => {
    const key = JSON.stringify(image);
    const source = images.get(key) ?? imageOf(image);
    images.set(key, source);
    return source;
  };
}

function isSynthesis(value: unknown): value is Synthesis {
  return typeof value === 'object' && value !== null && 'templates' in value && 'issues' in value;
}

/** The CDK and its service libraries take a second to load. */
function loadApp(): typeof SynthesizeApp {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; synthesis is synchronous
  return require('./synthesize-app') as typeof SynthesizeApp;
}
