import { App } from 'aws-cdk-lib';
import { parse } from 'yaml';
import { CDK_FLAGS } from '../../stacks/aws/flags';
import { ESTATE_FILE } from '../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../src/estate/plan/planner';
import type { EstateFile } from '../../src/estate/sections/estate-schema';
import { estateFile } from './estate-file';
import { stacksOfKind } from '../../src/estate/plan/stacks/stacks';
import { imageSourceOf } from '../../stacks/image-source';
import { addStacks } from '../../stacks/aws/estate-app';
import { hostedSandboxFiles, planFiles } from './sandbox';
import type { Template } from './templates';

/** Accounts of the sandbox: the organization's management account, and the one that hosts the application. */
export const MANAGEMENT_ACCOUNT = '210000000001';
export const HOSTING_ACCOUNT = '210000000011';

/** The whole sandbox after an edit. */
export function pipelinePlan(edit: (estate: EstateFile) => void = () => undefined): EstatePlan {
  const files = hostedSandboxFiles();
  const estate = estateFile(parse(files[ESTATE_FILE] ?? ''));
  edit(estate);
  return planFiles({ ...files, [ESTATE_FILE]: JSON.stringify(estate, undefined, 2) });
}

/** An app with the pipeline's stacks alone, without any checks. */
export function pipelineApp(plan: EstatePlan, outdir: string): App {
  const options = { outdir, analyticsReporting: false, builtinCloudFormationValidation: false };
  const app = new App({ ...options, postCliContext: CDK_FLAGS });
  addStacks(app, stacksOfKind(plan, 'pipeline'), { plan, sources: { imageOf: imageSourceOf } });
  return app;
}

/** The pipeline's templates of an estate, by account. Nothing is validated, which takes most of a synthesis. */
export function pipelineTemplates(plan: EstatePlan, outdir: string): ReadonlyMap<string, Template> {
  const { stacks } = pipelineApp(plan, outdir).synth();
  return new Map(stacks.map(({ environment, template }) => [environment.account, template as Template]));
}
