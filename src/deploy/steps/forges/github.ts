import { z } from 'zod';
import type { Estate } from '../../../estate/sections/estate';
import { GITHUB_SUBJECT_CLAIMS } from '../../../estate/sections/pipeline/forges/github/rules';
import { command, type Command, shellLine } from '../command';
import { parsedAnswer, unlessMissing } from '../readings';
import { check, DONE, pending, type Read, type Step } from '../step';
import { approvals, compareClaims, type ForgeSteps, type Guard, hostOf, repositoryOf } from './forge-steps';

export const gitHub: ForgeSteps = {
  settings: (estate, { workflows }) => [
    ...(workflows === undefined ? [] : [subject(estate)]),
    ...approvals(
      estate,
      'GitHub, Settings > Environments: Required reviewers, Prevent self-review, and no bypass by administrators; branch: main alone.',
      (name) => check(api(estate, `/environments/${name}`), hasReviewers(name)),
    ),
  ],
  previewGuard: guard,
};

/** Asks GitHub about the repository, or about a path below it. Without the ids that tokens have, `owner@id/name@id`. */
function api(estate: Estate, path: string, more: readonly string[] = []): Command {
  const repository = repositoryOf(estate).replaceAll(/@\d+/g, '');
  return command('gh api', ...hostOf(estate), ...more, `repos/${repository}${path}`);
}

const Environment = z.object({
  protection_rules: z.array(z.object({ type: z.string(), reviewers: z.array(z.unknown()).exactOptional() })),
  deployment_branch_policy: z.object({ protected_branches: z.boolean() }).nullish(),
});
type Environment = z.output<typeof Environment>;

/** An environment as `gh api` shows it, which is there and is as it should be. */
function environmentReading(name: string, isAsWanted: (environment: Environment) => boolean): Read {
  return unlessMissing(
    /HTTP 404/,
    `GitHub shows no environment ${name}`,
    parsedAnswer(Environment, 'GitHub did not answer with an environment', (environment) =>
      isAsWanted(environment) ? DONE : pending(`the environment ${name} has no required reviewers`),
    ),
  );
}

/** A deployment waits for a reviewer. A rule of branches does not count. */
export const hasReviewers = (name: string): Read =>
  environmentReading(name, ({ protection_rules: rules }) =>
    rules.some(({ type, reviewers }) => type === 'required_reviewers' && reviewers?.length !== 0),
  );

/** A pull request gets into it after a review, or not at all. */
export const isGuarded = (name: string): Read =>
  environmentReading(
    name,
    ({ protection_rules: rules, deployment_branch_policy: policy }) =>
      rules.some(({ type }) => type === 'required_reviewers') || policy?.protected_branches === true,
  );

const SubjectOfGitHub = z.object({ use_default: z.boolean(), include_claim_keys: z.array(z.string()).default([]) });

/** Claims that the subject of a repository's tokens is made of, as `gh api` shows them. */
export const hasSubjectOfGitHub = (wanted: readonly string[]): Read =>
  parsedAnswer(SubjectOfGitHub, 'GitHub did not answer with the claims of a subject', (subject) => {
    const { use_default: isDefault, include_claim_keys: claims } = subject;
    return isDefault ? pending('the tokens of the repository have the default subject') : compareClaims(claims, wanted);
  });

/** Entra ID compares the subject alone, so the workflow has to stand in it. */
function subject(estate: Estate): Step {
  const path = '/actions/oidc/customization/sub';
  const claims = GITHUB_SUBJECT_CLAIMS.flatMap((claim) => ['-f', `include_claim_keys[]=${claim}`]);
  const change = api(estate, path, ['--method', 'PUT', '-F', 'use_default=false', ...claims]);
  return {
    id: 'token-subject',
    title: "the subject of the repository's tokens, which names the reusable workflow",
    needs: [],
    verification: [check(api(estate, path), hasSubjectOfGitHub(GITHUB_SUBJECT_CLAIMS))],
    isDoneWhen: `the subject is made of ${GITHUB_SUBJECT_CLAIMS.join(', ')}`,
    todo: [
      'As administrator of the repository. Until then no job of it can sign in to Azure, Entra ID or AWS; whatever else trusts',
      'tokens of this repository gets the new subject too:',
      `$ ${shellLine(change)}`,
    ],
  };
}

function guard(estate: Estate, environment: string): Guard {
  return {
    title: `the GitHub environment ${environment}, whose reviewers let a pull request ask Pulumi`,
    verification: [check(api(estate, `/environments/${environment}`), isGuarded(environment))],
    isDoneWhen: 'it has required reviewers, or takes protected branches alone',
    todo: [
      `GitHub, Settings > Environments > New environment: ${environment}. Required reviewers, Prevent self-review, and no bypass by`,
      "administrators. Who approves lets the branch's code decrypt the secrets of Pulumi's state: npx --no entra-aws docs pipeline 'A pull request'.",
    ],
  };
}
