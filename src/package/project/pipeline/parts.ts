import { PIPELINE_KINDS, type PipelineKind, STACKS } from '../../../estate/plan/stacks';
import type { Account, Artifact, Program, RunStep, Step } from './model';

export const PREVIEW: Artifact = { name: 'preview', path: 'plan/' };
export const CLOUDS_AWS: Artifact = { name: 'clouds-aws', path: 'plan/' };
/** Digests of the images, beside the answers of the engines. */
export const IMAGES: Artifact = { name: 'images', path: 'plan/' };
/** Plans of Pulumi are only for the job that deploys by them. */
export const CLOUDS_ENTRA: Artifact = { name: 'clouds-entra', path: 'plan/', except: 'plan/clouds/*.plan.json' };
export const CLOUDS_DOCTOR: Artifact = { name: 'clouds-doctor', path: 'plan/' };
export const PLANS: Artifact = { name: 'deployment-plans', path: 'plan/' };
export const TEMPLATES: Artifact = { name: 'deployment-templates', path: 'cdk.out/' };
export const SHOWN: Artifact = { name: 'shown', path: 'plan/shown/' };

export const ORGANIZATION: Artifact = { name: 'organization', path: 'plan/' };

export const PROGRAMS: readonly Program[] = ['customers', 'workforce'];
type CdkKind = Exclude<PipelineKind, Program>;
const isCdk = (kind: PipelineKind): kind is CdkKind => STACKS[kind].engine === 'cdk';

/** Account in which the stacks of a kind are. */
const ACCOUNT_OF: Readonly<Record<CdkKind, Account>> = {
  policies: 'access',
  'policies-management': 'management',
  access: 'access',
  'workforce-watch': 'access',
  'access-management': 'management',
  'hosting-data': 'hosting',
  hosting: 'hosting',
};
export const ACCOUNTS: readonly Account[] = ['access', 'management', 'hosting'];

/** Stacks in an account, in the order of a deployment. */
export function stacksIn(account: Account): readonly CdkKind[] {
  return PIPELINE_KINDS.filter(isCdk).filter((kind) => ACCOUNT_OF[kind] === account);
}

export type Mode = 'plan' | 'drift';

export const entraAws = (command: string, rest = ''): string =>
  `npx --no-install entra-aws ${command} --estate "$ESTATE"${rest}`;

/** Finds the last deployment by the name of its job. */
export const deployedCommit = (rest: string): string =>
  `npx --no-install entra-aws deployed-commit --job "Deploy $ESTATE" ${rest}`;

export const ask = (step: string, mode: Mode): RunStep => ({
  kind: 'run',
  run: entraAws('cloud-plan', ` --step ${step} --mode ${mode}`),
  always: true,
});

export const SYNTH: Step = { kind: 'run', run: 'npx --no-install cdk synth --quiet --context "estate=$ESTATE"' };

export const leave = (artifact: Artifact): Step => ({ kind: 'leave', artifact, always: true });

/** At Azure DevOps, files that are older than the estate leave steps out. */
export const UP_TO_DATE: Step = { kind: 'run', run: 'npx --no-install entra-aws upgrade --check' };
