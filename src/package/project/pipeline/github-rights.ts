import { expression } from './github-action';
import type { Part } from './yaml-text';
import { type Pipeline, PROPOSAL_SECRET, type Right, rightsOf } from '../../../deploy/ci/model';

const proposes = (pipelines: readonly Pipeline[]): boolean =>
  pipelines.some(({ jobs }) => rightsOf(jobs).includes('propose'));

/** Secrets that a workflow takes from the one that calls it. */
export function secretsTaken(pipelines: readonly Pipeline[]): Part | undefined {
  const description = 'Token that opens pull requests; without it that of the job, whose checks a person has to start.';
  return proposes(pipelines) ? { [PROPOSAL_SECRET]: { description, required: false } } : undefined;
}

/** The same secrets, as the caller hands them on. */
export function secretsGiven(pipelines: readonly Pipeline[]): Part | undefined {
  return proposes(pipelines) ? { [PROPOSAL_SECRET]: expression(`secrets.${PROPOSAL_SECRET}`) } : undefined;
}

/** Permissions of the token of a job, or of a workflow that calls such jobs. */
export function permissionsOf(rights: readonly Right[]): Part {
  const wanted = new Set(rights);
  return {
    contents: wanted.has('propose') ? 'write' : 'read',
    ...(wanted.has('sign-in') && { 'id-token': 'write' }),
    ...(wanted.has('runs') && { actions: 'read' }),
    ...((wanted.has('comment') || wanted.has('propose')) && { 'pull-requests': 'write' }),
    ...(wanted.has('report') && { issues: 'write' }),
  };
}
