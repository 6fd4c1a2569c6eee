import type { Azure } from '../../estate/sections/azure/azure';
import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import { DEPLOYED_BRANCH } from '../../estate/sections/pipeline/pipeline';
import { command } from './command';
import { isGuarded, trustsOnly } from './readings';
import type { Step } from './step';

/** Names in bicep/main.bicep and bicep/deploy-identity.bicep. */
const IDENTITY = 'id-pulumi-preview';
const OPEN_CREDENTIAL = 'github-pull_request';

/**
 * The environment in which pull requests ask Pulumi; none where the estate lets every one of them. It comes before the identity
 * that trusts it: GitHub makes an environment that a job names and that is not there, without reviewers.
 */
export function previewEnvironmentStep(azure: Azure): readonly Step[] {
  const environment = previewEnvironment(azure);
  if (environment === undefined) return [];
  // With ids in tokens, `owner@id/name@id`.
  const repository = azure.repository.replaceAll(/@\d+/g, '');
  return [
    {
      id: 'preview-environment',
      title: `the GitHub environment ${environment}, whose reviewers let a pull request ask Pulumi`,
      needs: [],
      verification: [
        {
          command: command(`gh api repos/${repository}/environments/${environment}`),
          read: isGuarded(environment),
        },
      ],
      isDoneWhen: 'it has required reviewers, or takes protected branches alone',
      action: {
        kind: 'by-hand',
        todo: [
          `GitHub, Settings > Environments > New environment: ${environment}. Required reviewers, Prevent self-review, and no bypass by`,
          "administrators. Who approves lets the branch's code decrypt the secrets of Pulumi's state: docs/pipeline.md, 'A pull request'.",
        ],
      },
    },
  ];
}

/** Bicep adds trust and takes none away, so an identity keeps what an earlier estate gave it. */
export function previewTrustStep(estate: Estate, azure: Azure, redeploy: string): Step {
  const { subscriptionId, resourceGroup, repository, previewTrust } = azure;
  const at = `--subscription ${subscriptionId} --resource-group ${resourceGroup} --identity-name ${IDENTITY}`;
  const trusted = [previewTrust, `ref:refs/heads/${DEPLOYED_BRANCH}`].map((run) => `repo:${repository}:${run}`);
  return {
    id: 'preview-trust',
    title: "whom the identity of previews trusts, which decrypts Pulumi's secrets",
    needs: ['azure'],
    verification: [
      {
        command: command(`az identity federated-credential list ${at} --output tsv --query`, '[].subject'),
        read: trustsOnly(trusted),
      },
    ],
    isDoneWhen: `it trusts ${trusted.join(' and ')} alone`,
    action: {
      kind: 'by-hand',
      todo: [
        'What is missing, Bicep adds:',
        `$ ${redeploy}`,
        'What is too much, a person takes away, by its name in the list without --query:',
        `$ az identity federated-credential delete ${at} --name ${OPEN_CREDENTIAL}`,
        ...(estate.customers === undefined
          ? []
          : [
              'In the directory of the customers (az login as for azure-customers) the application pulumi-preview has the same trust:',
              `$ az ad app federated-credential delete --id "$(az ad app list --display-name pulumi-preview --query [].appId --output tsv)" \\`,
              `    --federated-credential-id ${OPEN_CREDENTIAL}`,
            ]),
      ],
    },
  };
}
