import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import { expression } from './github-action';
import type { Part } from './yaml-text';
import { type Pipeline, PROPOSAL_SECRET, type Right, rightsOf } from '../../../deploy/ci/model';

const OPENS = 'Token that opens pull requests; without it that of the job, whose checks a person has to start.';

/** Secrets of a workflow that is called, by the names that they have for it, with those that they have for its caller. */
export function secretsOf(pipelines: readonly Pipeline[], npmSecret: string | undefined): readonly Secret[] {
  const proposes = pipelines.some(({ jobs }) => rightsOf(jobs).includes('propose'));
  return [
    ...(proposes ? [{ name: PROPOSAL_SECRET, from: PROPOSAL_SECRET, description: OPENS }] : []),
    ...(npmSecret === undefined
      ? []
      : [{ name: NPM_TOKEN, from: npmSecret, description: 'Token of a private registry.' }]),
  ];
}

interface Secret {
  readonly name: string;
  readonly from: string;
  readonly description: string;
}

/** Secrets that a workflow takes from the one that calls it. */
export function secretsTaken(secrets: readonly Secret[]): Part | undefined {
  const taken = secrets.map(({ name, description }) => [name, { description, required: false }]);
  return taken.length === 0 ? undefined : (Object.fromEntries(taken) as Part);
}

/** The same secrets, as the caller hands them on. */
export function secretsGiven(secrets: readonly Secret[]): Part | undefined {
  const given = secrets.map(({ name, from }) => [name, expression(`secrets.${from}`)]);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Part);
}

/** Input of the action with the token of a private registry. */
export const npmTokenOf = (npmSecret: string | undefined): Part | undefined =>
  npmSecret === undefined ? undefined : { 'npm-token': expression(`secrets.${npmSecret}`) };

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
