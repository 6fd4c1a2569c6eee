import type { Estate } from '../../estate/sections/estate';
import { GITHUB_SUBJECT_CLAIMS } from '../../estate/sections/pipeline/github-trust';
import { GITLAB_SUBJECT_CLAIMS } from '../../estate/sections/pipeline/gitlab-trust';
import type { Pipeline } from '../../estate/sections/pipeline/pipeline';
import { deployedBranch } from '../../estate/sections/pipeline/pipeline';
import type { AwsTrusts, Truster } from '../../estate/sections/pipeline/role-trust';
import { pipelineTrust } from '../../estate/sections/pipeline/trust';
import { shellLine } from './command';
import { connectionChecks, connectionOf, gitHubApi, gitLabApi } from './forge-api';
import {
  hasApprovalAndBranch,
  hasBranch,
  hasReviewers,
  hasSubjectOfGitHub,
  hasSubjectOfGitLab,
  hasTokens,
  isProtected,
} from './forge-readings';
import type { Check, Step } from './step';

/** Settings of the forge without which the clouds trust no job, or a job that no one approved. */
export function forgeSteps(estate: Estate): readonly Step[] {
  const { pipeline } = estate;
  switch (pipeline?.forge) {
    case undefined:
      return [];
    case 'github':
      return [
        ...(pipeline.workflows === undefined ? [] : [subjectOfGitHub(estate)]),
        ...approvals(estate, pipeline, (name) => ({
          command: gitHubApi(estate, `/environments/${name}`),
          read: hasReviewers(name),
        })),
      ];
    case 'gitlab':
      return [
        subjectOfGitLab(estate),
        ...approvals(estate, pipeline, (name) => ({
          command: gitLabApi(estate, `/protected_environments/${name}`),
          read: isProtected(name),
        })),
      ];
    case 'azure-devops':
      return serviceConnections(estate, pipeline);
  }
}

const WAYS = {
  github:
    'GitHub, Settings > Environments: Required reviewers, Prevent self-review, and no bypass by administrators; branch: main alone.',
  gitlab: 'GitLab, Settings > CI/CD > Protected environments: an approval rule of at least one approval.',
} as const;

/** Approvals of the environments that deploy. At Azure DevOps those of the service connections hold, whatever the environment. */
function approvals(
  estate: Estate,
  { forge, protectedEnvironments }: Pipeline,
  checkOf: (environment: string) => Check,
): readonly Step[] {
  const { environments } = estate.azure ?? estate.pipeline ?? {};
  if (!protectedEnvironments || environments === undefined || forge === 'azure-devops') return [];
  return [
    {
      id: 'deploy-approval',
      title: 'the approvals without which no deployment begins',
      needs: [],
      verification: environments.map(checkOf),
      isDoneWhen: `a deployment in ${environments.join(', ')} waits for a reviewer`,
      action: {
        kind: 'by-hand',
        todo: [
          WAYS[forge],
          'A job that names an environment which is not there makes it, without reviewers: whoever can merge then deploys. Where the',
          'plan of the forge has no approvals, set pipeline.protectedEnvironments: false, and the preview says what that lets people do.',
        ],
      },
    },
  ];
}

/** Entra ID compares the subject alone, so the workflow has to stand in it. */
function subjectOfGitHub(estate: Estate): Step {
  const path = '/actions/oidc/customization/sub';
  const claims = GITHUB_SUBJECT_CLAIMS.flatMap((claim) => ['-f', `include_claim_keys[]=${claim}`]);
  const change = gitHubApi(estate, path, ['--method', 'PUT', '-F', 'use_default=false', ...claims]);
  return {
    id: 'token-subject',
    title: "the subject of the repository's tokens, which names the reusable workflow",
    needs: [],
    verification: [{ command: gitHubApi(estate, path), read: hasSubjectOfGitHub(GITHUB_SUBJECT_CLAIMS) }],
    isDoneWhen: `the subject is made of ${GITHUB_SUBJECT_CLAIMS.join(', ')}`,
    action: {
      kind: 'by-hand',
      todo: [
        'As administrator of the repository. Until then no job of it can sign in to Azure, Entra ID or AWS; whatever else trusts',
        'tokens of this repository gets the new subject too:',
        `$ ${shellLine(change)}`,
      ],
    },
  };
}

/** The default subject has the branch of a merge request, and nothing of its environment. */
function subjectOfGitLab(estate: Estate): Step {
  const claims = GITLAB_SUBJECT_CLAIMS.flatMap((claim) => ['-f', `ci_id_token_sub_claim_components[]=${claim}`]);
  return {
    id: 'token-subject',
    title: "the subject of the project's tokens, which says whether branch and environment are protected",
    needs: [],
    verification: [{ command: gitLabApi(estate, ''), read: hasSubjectOfGitLab(GITLAB_SUBJECT_CLAIMS) }],
    isDoneWhen: `the subject is made of ${GITLAB_SUBJECT_CLAIMS.join(', ')}`,
    action: {
      kind: 'by-hand',
      todo: [
        'As Maintainer of the project, with GitLab 18.7 or newer. Until then no job of it can sign in to Azure, Entra ID or AWS;',
        'whatever else trusts tokens of this project gets the new subject too:',
        `$ ${shellLine(gitLabApi(estate, '', ['--method', 'PUT', ...claims]))}`,
      ],
    },
  };
}

type AwsConnections = NonNullable<Pipeline['serviceConnections']['aws']>;

const TRUSTERS: readonly Truster[] = ['aws', 'workforce', 'customers'];

function serviceConnections(estate: Estate, { serviceConnections: all }: Pipeline): readonly Step[] {
  const trust = pipelineTrust(estate);
  const checks = TRUSTERS.flatMap((truster) => connectionChecksOf(estate, all[truster], trust?.[truster]));
  if (checks.length === 0) return [];
  const publish = trust?.aws?.publish && all.aws?.publish;
  const also =
    publish === undefined
      ? { done: '', todo: [] }
      : {
          done: `; ${publish.name} is for the deployed branch alone`,
          todo: [
            `${publish.name}, which publishes images before anybody approves: Branch control alone, in the same way.`,
          ],
        };
  return [
    {
      id: 'service-connections',
      title: 'the service connections of Azure DevOps, whose tokens the clouds trust',
      needs: [],
      verification: checks,
      isDoneWhen: `each gives the tokens that the clouds trust, and those of deployments take an approval on the deployed branch alone${also.done}`,
      action: {
        kind: 'by-hand',
        todo: [
          'Azure DevOps, Project settings > Service connections, as docs/adr/0018-forges.md says. Those of deployments: Approvals and checks >',
          `Approvals, without 'Allow approvers to approve their own runs', and Branch control: refs/heads/${deployedBranch(estate)}, protected branches alone.`,
          ...also.todo,
          "Each: Security > Pipeline permissions: the pipelines of the estates alone, not 'Open access'.",
        ],
      },
    },
  ];
}

/** Checks of the connections to one cloud. A person approves deployments alone. */
function connectionChecksOf(
  estate: Estate,
  connections: AwsConnections | undefined,
  trusts: AwsTrusts | undefined,
): readonly Check[] {
  return (['preview', 'publish', 'deploy'] as const).flatMap((role): readonly Check[] => {
    const [connection, trusted] = [connections?.[role], trusts?.[role]];
    if (connection === undefined || trusted === undefined) return [];
    const { name, id } = connection;
    const { issuer, subjects } = trusted;
    const guard = { preview: undefined, publish: hasBranch, deploy: hasApprovalAndBranch }[role];
    return [
      ...subjects.map((subject) => ({
        command: connectionOf(estate, id),
        read: hasTokens({ name, issuer, subject }),
      })),
      ...(guard === undefined ? [] : [{ command: connectionChecks(estate, id), read: guard(name) }]),
    ];
  });
}
