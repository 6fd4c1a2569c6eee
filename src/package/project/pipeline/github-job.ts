import { APPROVAL, JOBS } from '../../../deploy/ci/jobs';
import { type Job, PROPOSAL_SECRET } from '../../../deploy/ci/model';
import { RUN } from './commands';
import { ACTION, CHECKOUT, expression } from './github-action';
import { npmTokenOf, permissionsOf } from './github-rights';
import type { Part } from './yaml-text';

/** A job as a workflow of an estate has it, which takes the token of a private registry where there is one. */
export function jobPart(job: Job, { container, ...machine }: Part, npmSecret: string | undefined): Part {
  const { id, name, namesEstate, needs, minutes, rights, environment, usesDocker } = job;
  return {
    name: namesEstate ? `${name} ${expression('inputs.estate')}` : name,
    needs: needs.length === 0 ? undefined : needs,
    if: jobCondition(job),
    ...machine,
    container: usesDocker ? undefined : container,
    'timeout-minutes': minutes,
    environment: environment && expression(`fromJSON(inputs.settings).${environment}Environment`),
    permissions: permissionsOf(rights),
    ...(environment === 'preview' && ASKED),
    steps: [CHECKOUT, ...(id === 'deploy' ? deploySteps(job, npmSecret) : [identityStep(job, id, npmSecret)])],
  };
}

/**
 * A job that a reviewer let run has an output, one that was rejected or refused has none. Neither makes the workflow fail by
 * itself: the job behind it judges what was asked.
 */
const ASKED: Part = { 'continue-on-error': true, outputs: { asked: 'true' } };

function identityStep({ rights, takes, leaves }: Job, job: string | undefined, npmSecret: string | undefined): Part {
  const token = rights.includes('propose') ? expression(`secrets.${PROPOSAL_SECRET} || github.token`) : undefined;
  return {
    uses: ACTION,
    with: {
      job,
      estate: expression('inputs.estate'),
      takes: takes.length === 0 ? undefined : takes.join(','),
      leaves: leaves?.name,
      token,
      ...npmTokenOf(npmSecret),
    },
  };
}

/** The command that finds the last deployment knows the step by its name. */
function deploySteps(job: Job, npmSecret: string | undefined): readonly Part[] {
  const run = ({ id }: Job): Part => ({
    run: RUN,
    env: { JOB: id, ESTATE: expression('inputs.estate'), GITHUB_TOKEN: expression('github.token') },
  });
  return [identityStep(job, undefined, npmSecret), { name: APPROVAL.name, ...run(APPROVAL) }, run(job)];
}

const isReviewed = (id: string): boolean => JOBS.find((job) => job.id === id)?.environment === 'preview';

function jobCondition({ id, needs, afterFailure }: Job): string {
  const runs = `contains(fromJSON(inputs.settings).jobs, '${id}')`;
  const [first, second] = needs;
  if (first === undefined) return runs;
  const only = second === undefined ? `needs.${first}.result` : undefined;
  const after = afterFailure
    ? only === undefined
      ? []
      : [isReviewed(first) ? `needs.${first}.outputs.asked` : `${only} != 'skipped'`]
    : [only === undefined ? '!failure()' : `${only} == 'success'`];
  return expression(['!cancelled()', ...after, runs].join(' && '));
}
