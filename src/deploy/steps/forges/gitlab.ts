import { z } from 'zod';
import type { Estate } from '../../../estate/sections/estate';
import { GITLAB_SUBJECT_CLAIMS } from '../../../estate/sections/pipeline/forges/gitlab/rules';
import { command, type Command, shellLine } from '../command';
import { parsedAnswer, unlessMissing } from '../readings';
import { check, DONE, pending, type Read, type Step } from '../step';
import { approvals, compareClaims, type ForgeSteps, type Guard, hostOf, repositoryOf } from './forge-steps';

export const gitLab: ForgeSteps = {
  settings: (estate) => [
    subject(estate),
    ...approvals(
      estate,
      'GitLab, Settings > CI/CD > Protected environments: an approval rule of at least one approval.',
      (name) => check(api(estate, `/protected_environments/${name}`), isProtected(name)),
    ),
  ],
  previewGuard: (estate, environment) =>
    estate.pipeline?.protectedEnvironments === true ? guard(estate, environment) : undefined,
};

/** Asks GitLab about the project, or about a path below it. */
function api(estate: Estate, path: string, more: readonly string[] = []): Command {
  return command('glab api', ...hostOf(estate), ...more, `projects/${encodeURIComponent(repositoryOf(estate))}${path}`);
}

const ProtectedEnvironment = z.object({
  required_approval_count: z.number().default(0),
  approval_rules: z.array(z.object({ required_approvals: z.number() })).default([]),
});

/** A protected environment as `glab api` shows it: a job starts in it after an approval. */
export const isProtected = (name: string): Read =>
  unlessMissing(
    /\b404\b/,
    `GitLab shows no protected environment ${name}`,
    parsedAnswer(ProtectedEnvironment, 'GitLab did not answer with an environment', (environment) => {
      const { required_approval_count: count, approval_rules: rules } = environment;
      const isApproved = count > 0 || rules.some(({ required_approvals }) => required_approvals > 0);
      return isApproved ? DONE : pending(`the environment ${name} takes no approval`);
    }),
  );

const SubjectOfGitLab = z.object({ ci_id_token_sub_claim_components: z.array(z.string()) });

/** Claims that the subject of a project's tokens is made of, as `glab api` shows them. */
export const hasSubjectOfGitLab = (wanted: readonly string[]): Read =>
  parsedAnswer(
    SubjectOfGitLab,
    'GitLab did not answer with the claims of a subject, which maintainers of the project alone see',
    ({ ci_id_token_sub_claim_components: claims }) => compareClaims(claims, wanted),
  );

/** The default subject has the branch of a merge request, and nothing of its environment. */
function subject(estate: Estate): Step {
  const claims = GITLAB_SUBJECT_CLAIMS.flatMap((claim) => ['-f', `ci_id_token_sub_claim_components[]=${claim}`]);
  return {
    id: 'token-subject',
    title: "the subject of the project's tokens, which says whether branch and environment are protected",
    needs: [],
    verification: [check(api(estate, ''), hasSubjectOfGitLab(GITLAB_SUBJECT_CLAIMS))],
    isDoneWhen: `the subject is made of ${GITLAB_SUBJECT_CLAIMS.join(', ')}`,
    todo: [
      'As Maintainer of the project, with GitLab 18.7 or newer. Until then no job of it can sign in to Azure, Entra ID or AWS;',
      'whatever else trusts tokens of this project gets the new subject too:',
      `$ ${shellLine(api(estate, '', ['--method', 'PUT', ...claims]))}`,
    ],
  };
}

function guard(estate: Estate, environment: string): Guard {
  return {
    title: `the GitLab environment ${environment}, whose approvers let a merge request ask Pulumi`,
    verification: [check(api(estate, `/protected_environments/${environment}`), isProtected(environment))],
    isDoneWhen: 'it is protected, and takes an approval',
    todo: [
      `GitLab, Settings > CI/CD > Protected environments: ${environment}, with an approval rule of at least one approval, and no approval`,
      "by whoever started the pipeline. Who approves lets the branch's code decrypt the secrets of Pulumi's state.",
    ],
  };
}
