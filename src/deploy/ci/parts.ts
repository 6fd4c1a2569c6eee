import { PIPELINE_KINDS, type PipelineKind, STACKS } from '../../estate/plan/stacks/stacks';
import { ASSEMBLY, PLAN_FOLDER } from '../pipeline/steps';
import type { Account, Artifact, ArtifactName, Job, Program, Step } from './model';

/** Answers of engines and reports, which people read. */
export const answers = (name: ArtifactName): Artifact => ({ name, isDeployed: false });

/** A job that waits for no other, and reads the clouds. */
export const READS_CLOUDS = {
  needs: [],
  rights: ['sign-in'],
  role: 'preview',
  takes: [],
} as const satisfies Partial<Job>;

/** The same with what a deployment goes by. */
export const plans = (name: ArtifactName): Artifact => ({ name, isDeployed: true });

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

/** A command of this program about the estate. */
export const entraAws = (command: string, rest = ''): string =>
  `entra-aws ${command} --estate $ESTATE${rest === '' ? '' : ` ${rest}`}`;

/** Reads the record of what was deployed, or writes it. */
export const deployedCommit = (rest: string): Step => ({
  run: entraAws('ci deployed-commit', rest),
  keepsRecord: true,
});

/** File with the commit that was deployed last. A deployment writes it again just before it begins. */
export const DEPLOYED = `${PLAN_FOLDER}/deployed.json`;

/** Finds what drift is compared with: what was merged since waits for its deployment. */
export const LAST_DEPLOYED: Step = { ...deployedCommit(`--out ${DEPLOYED}`), isNeeded: true };

export const ask = (about: string, mode: Mode): Step => ({
  run: entraAws('ci cloud-plan', `--step ${about} --mode ${mode}${mode === 'drift' ? ` --deployed ${DEPLOYED}` : ''}`),
  about,
  always: true,
});

export const SYNTH: Step = { run: `cdk synth --quiet --output ${ASSEMBLY} --context estate=$ESTATE` };

/** Files that are older than the estate. What else there is to tell is told all the same. */
export const UP_TO_DATE: Step = { run: 'entra-aws upgrade --check', always: true };
