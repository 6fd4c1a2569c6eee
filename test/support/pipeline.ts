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

/** The account, of no other stack, that has Pulumi's state in `stateInS3`. */
export const STATE_ACCOUNT = '210000000009';

/** Makes an estate keep Pulumi's state in S3, in place of what Bicep lays. */
export function stateInS3(estate: EstateFile, account: string = STATE_ACCOUNT): void {
  stateElsewhere(estate, {
    backend: 's3://insurance-pulumi?region=eu-central-1',
    secretsProvider: `awskms:///arn:aws:kms:eu-central-1:${account}:alias/insurance-pulumi?region=eu-central-1`,
  });
}

/** Makes an estate keep Pulumi's state in an organization of Pulumi Cloud. */
export function stateInCloud(estate: EstateFile): void {
  const backend = 'https://api.pulumi.com';
  stateElsewhere(estate, { backend, secretsProvider: 'default', organization: 'insurance' });
}

type StateOfFile = NonNullable<NonNullable<EstateFile['pipeline']>['pulumi']>;

function stateElsewhere(estate: EstateFile, pulumi: StateOfFile): void {
  const { azure, pipeline } = estate;
  if (azure === undefined || pipeline === undefined) throw new Error('the estate has no pipeline beside Azure');
  pipeline.repository = azure.repository;
  pipeline.environments = azure.environments;
  pipeline.pulumi = pulumi;
  const id = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
  pipeline.identities = {
    workforce: { preview: id('1'), deploy: id('2') },
    customers: { preview: id('3'), deploy: id('4') },
  };
  delete estate.azure;
}
