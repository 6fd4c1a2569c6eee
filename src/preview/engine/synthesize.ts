import type { KnownAnswers, Question } from '../../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import type { Validator } from '../../../constructs/aws/checks/validator';
import type { ImageSource } from '../../../constructs/aws/hosting/app-service';
import type { ImageSources } from '../../../stacks/aws/estate-app';
import { imageSourceOf } from '../../../stacks/image-source';
import type { Estate } from '../../estate/sections/estate';
import type { EstatePlan } from '../../estate/plan/planner';
import { cdkStacks } from '../../estate/plan/stacks/stacks';
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
 * instead of failing. The plan must have no errors. Where nothing has changed since an earlier synthesis, that one's result
 * is returned, and the CDK is not even loaded.
 */
export function synthesizeEstate(plan: EstatePlan, remembered?: Remembered): Synthesis {
  return prepareSynthesis(plan, remembered)();
}

/** Looks for an earlier result, and starts the validator where there is none: it loads its rules until it is asked. */
export function prepareSynthesis(
  plan: EstatePlan,
  { known, files, validator }: Remembered = { known: NOTHING_KNOWN, files: [] },
): () => Synthesis {
  const stacks = cdkStacks(plan);
  if (stacks.length === 0) return () => ({ templates: [], issues: [] });
  const imageOf = remembering(imageSourceOf);
  const images = builtImagesOf(plan.estate).map((image) => imageOf(image).hash);
  const question = { kind: 'synthesis', about: [...images, ...files], isAnswer: isSynthesis };
  const found = known.find(question);
  if (found !== undefined) return () => found;
  const others = validatedBut(plan.estate);
  // Nearly always something new, which the validator must see.
  if (known.find(others) === undefined) validator?.start();
  return () => {
    const synthesis = loadApp().synthesizeApp(plan, { imageOf, known, validator });
    known.keep(question, synthesis);
    known.keep(others, true);
    return synthesis;
  };
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
