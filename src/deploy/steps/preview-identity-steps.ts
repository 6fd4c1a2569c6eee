import type { Azure } from '../../estate/sections/azure/azure';
import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Customers } from '../../estate/sections/customers/customers';
import { DEPLOYED_BRANCH } from '../../estate/sections/pipeline/pipeline';
import { command } from './command';
import type { Trust } from './read-trust';
import { applicationTrustsOnly, directoryIs, GITHUB_AUDIENCE, GITHUB_ISSUER, identityTrustsOnly } from './read-trust';
import { isGuarded } from './readings';
import type { Step } from './step';

/** Names in bicep/main.bicep and bicep/customers-identities.bicep. */
const IDENTITY = 'id-pulumi-preview';
const APPLICATION = 'pulumi-preview';

const GRAPH = 'https://graph.microsoft.com/v1.0';

/** Azure takes one credential of an issuer and a subject, so a wrong one stands in the way of the right one. */
const DELETE_FIRST = [
  'First delete what is too much, by the commands that the check printed: Bicep takes no trust away.',
  'Then lay what is missing:',
] as const;

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
export function previewTrustStep(azure: Azure, redeploy: string): Step {
  const { subscriptionId, resourceGroup } = azure;
  const at = `--subscription ${subscriptionId} --resource-group ${resourceGroup} --identity-name ${IDENTITY}`;
  const trust: Trust = {
    subjects: trustedSubjects(azure),
    remove: (credential) => command(`az identity federated-credential delete ${at} --name`, credential),
  };
  return {
    id: 'preview-trust',
    title: "whom the identity of previews trusts, which decrypts Pulumi's secrets",
    needs: ['azure'],
    verification: [
      {
        command: command(`az identity federated-credential list ${at} --output json`),
        read: identityTrustsOnly(trust),
      },
    ],
    isDoneWhen: trustedAlone(trust),
    action: { kind: 'by-hand', todo: [...DELETE_FIRST, `$ ${redeploy}`] },
  };
}

/** By hand, as the application itself is laid: Graph answers az in the directory of its active account alone. */
export function previewTrustOfCustomers(azure: Azure, customers: Customers, redeploy: string): Step {
  const { tenantId, directory } = customers;
  const trust: Trust = {
    subjects: trustedSubjects(azure),
    remove: (credential, application) =>
      command(`az ad app federated-credential delete --id ${application} --federated-credential-id`, credential),
  };
  return {
    id: 'preview-trust-customers',
    title: `whom the application ${APPLICATION} trusts in the directory of the customers`,
    needs: ['azure-customers'],
    verification: [
      { command: command('az account show --output tsv --query tenantId'), read: directoryIs(tenantId) },
      {
        command: command(
          `az rest --method get --url ${GRAPH}/applications --output json --url-parameters`,
          `$filter=displayName eq '${APPLICATION}'`,
          '$expand=federatedIdentityCredentials',
        ),
        read: applicationTrustsOnly(APPLICATION, trust),
      },
    ],
    isDoneWhen: trustedAlone(trust),
    action: {
      kind: 'by-hand',
      todo: [
        "In the directory of the customers, with the rights of the step azure-customers; 'npm run deploy -- --status' checks while az is there:",
        `$ az login --tenant ${directory}.onmicrosoft.com --allow-no-subscriptions`,
        ...DELETE_FIRST,
        `$ ${redeploy}`,
        'Afterwards take az back to the subscription:',
        `$ az account set --subscription ${azure.subscriptionId}`,
      ],
    },
  };
}

function trustedSubjects({ repository, previewTrust }: Azure): readonly string[] {
  return [previewTrust, `ref:refs/heads/${DEPLOYED_BRANCH}`].map((run) => `repo:${repository}:${run}`);
}

function trustedAlone({ subjects }: Trust): string {
  return `it trusts ${subjects.join(' and ')} alone, of ${GITHUB_ISSUER} for ${GITHUB_AUDIENCE}`;
}
