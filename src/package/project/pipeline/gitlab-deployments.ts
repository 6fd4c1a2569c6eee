import { GITLAB_DEPLOYMENT, GITLAB_TOUCHED, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import { NODE_IMAGE } from './versions';
import { yamlText } from './yaml-text';

export const STAGES = ['ask', 'show', 'allow', 'deploy', 'check'] as const;

/** The pipeline that deploys, which the pipeline of the branch starts for the estates that its settings name. */
export function deploymentFile(include: readonly object[], image: string): Files {
  const text = yamlText({
    comment: [MARK_LINE, `What is deployed from the branch, of the estates in $${GITLAB_TOUCHED}.`],
    value: {
      stages: STAGES,
      include,
      // GitLab makes no pipeline without a job.
      nothing: {
        stage: STAGES[0],
        image: image === '' ? NODE_IMAGE : image,
        rules: [{ if: `$${GITLAB_TOUCHED} == ","` }],
        variables: { GIT_STRATEGY: 'none' },
        script: ['echo "no estate differs from what was deployed last of it"'],
      },
    },
    apart: [],
  });
  return { [GITLAB_DEPLOYMENT]: text };
}

const CHILD = 'identity-deploy.yml';

/** Jobs of the repository, once however many estates there are: each inclusion has the same. */
export function choosingJobs(): object {
  const rules = [
    {
      if: `$CI_COMMIT_BRANCH == "${DEPLOYED_BRANCH}" && $CI_PIPELINE_SOURCE != "schedule" && $CI_PIPELINE_SOURCE != "parent_pipeline" && $IDENTITY_OCCASION != "accounts"`,
    },
  ];
  return {
    'identity-settings': {
      stage: '.pre',
      image: '$[[ inputs.image ]]',
      rules,
      timeout: '15 minutes',
      variables: { GIT_DEPTH: '0' },
      script: [
        'npm ci --no-audit --no-fund',
        `npx --no-install entra-aws ci-settings --deployment "\${IDENTITY_ESTATE:-${TOUCHED}}" --output gitlab-child --out ${CHILD}`,
      ],
      artifacts: { paths: [CHILD], access: 'developer', expire_in: '14 days' },
    },
    'identity-deployments': {
      stage: STAGES[0],
      rules,
      needs: ['identity-settings'],
      trigger: { include: [{ artifact: CHILD, job: 'identity-settings' }], strategy: 'depend' },
    },
  };
}
