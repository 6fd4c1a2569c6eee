import { APPROVAL } from '../../../deploy/ci/jobs';
import { type Job, PROPOSAL_SECRET } from '../../../deploy/ci/model';
import { ACTION, CHECKOUT, expression, RUN } from './github-action';
import { permissionsOf } from './github-rights';
import type { Part } from './yaml-text';

/** A job as a workflow of an estate has it. */
export function jobPart(job: Job, { container, ...machine }: Part): Part {
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
    steps: [CHECKOUT, ...(id === 'deploy' ? deploySteps(job) : [identityStep(job, id)])],
  };
}

function identityStep({ rights, takes, leaves }: Job, job: string | undefined): Part {
  const token = rights.includes('propose') ? expression(`secrets.${PROPOSAL_SECRET} || github.token`) : undefined;
  return {
    uses: ACTION,
    with: {
      job,
      estate: expression('inputs.estate'),
      takes: takes.length === 0 ? undefined : takes.join(','),
      leaves: leaves?.name,
      token,
    },
  };
}

/** The command that finds the last deployment knows the step by its name. */
function deploySteps(job: Job): readonly Part[] {
  const run = ({ id }: Job): Part => ({
    run: RUN,
    env: { JOB: id, ESTATE: expression('inputs.estate'), GITHUB_TOKEN: expression('github.token') },
  });
  return [identityStep(job, undefined), { name: APPROVAL.name, ...run(APPROVAL) }, run(job)];
}

function jobCondition({ id, needs, afterFailure }: Job): string {
  const runs = `contains(fromJSON(inputs.settings).jobs, '${id}')`;
  const [first, second] = needs;
  if (first === undefined) return runs;
  const only = second === undefined ? `needs.${first}.result` : undefined;
  const after = afterFailure
    ? only === undefined
      ? []
      : [`${only} != 'skipped'`]
    : [only === undefined ? '!failure()' : `${only} == 'success'`];
  return expression(['!cancelled()', ...after, runs].join(' && '));
}
