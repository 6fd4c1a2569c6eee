import type { Estate } from '../../../estate/sections/estate';
import type { Pipeline } from '../../../estate/sections/pipeline/pipeline';
import { quotedList } from '../../../text/suggest';
import { type Check, DONE, pending, type Reading, type Step, type StepByHand } from '../step';

/** A step that lets no pull request ask Pulumi without an approval. */
export type Guard = Pick<StepByHand, 'title' | 'verification' | 'isDoneWhen' | 'todo'>;

/** Settings of a forge that a deployment checks. */
export interface ForgeSteps {
  /** Settings without which the clouds trust no job, or a job that no one approved. */
  readonly settings: (estate: Estate, pipeline: Pipeline) => readonly Step[];
  /** Approval with which pull requests ask Pulumi in an environment; undefined where the estate lets each of them. */
  readonly previewGuard: (estate: Estate, environment: string) => Guard | undefined;
}

type RepositoryEstate = Pick<Estate, 'azure' | 'pipeline'>;

/** A repository as the estate says it. */
export function repositoryOf({ azure, pipeline }: RepositoryEstate): string {
  return azure?.repository ?? pipeline?.repository ?? '';
}

/** Host of a server of one's own, as the command lines of forges take it. */
export function hostOf({ pipeline }: RepositoryEstate): readonly string[] {
  const server = pipeline?.server;
  return server === undefined ? [] : ['--hostname', new URL(server).host];
}

/** In their order, which is that of the subject. */
export function compareClaims(found: readonly string[], wanted: readonly string[]): Reading {
  if (found.join() === wanted.join()) return DONE;
  return pending(`the subject of the tokens is made of ${quotedList(found)}`);
}

/**
 * Approvals of the environments that deploy.
 *
 * @param way where a person sets them
 */
export function approvals(
  { azure, pipeline }: Estate,
  way: string,
  checkOf: (environment: string) => Check,
): readonly Step[] {
  const { environments } = azure ?? pipeline ?? {};
  if (pipeline?.protectedEnvironments !== true || environments === undefined) return [];
  return [
    {
      id: 'deploy-approval',
      title: 'the approvals without which no deployment begins',
      needs: [],
      verification: environments.map(checkOf),
      isDoneWhen: `a deployment in ${environments.join(', ')} waits for a reviewer`,
      todo: [
        way,
        'A job that names an environment which is not there makes it, without reviewers: whoever can merge then deploys. Where the',
        'plan of the forge has no approvals, set pipeline.protectedEnvironments: false, and the preview says what that lets people do.',
      ],
    },
  ];
}
