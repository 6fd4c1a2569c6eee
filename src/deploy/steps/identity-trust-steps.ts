import { z } from 'zod';
import type { Customers } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import { type Forge, FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import type { PipelineRole } from '../../estate/sections/pipeline/pipeline';
import type { RoleTrust, Truster } from '../../estate/sections/pipeline/role-trust';
import { isTrustOfBicep, pipelineTrust } from '../../estate/sections/pipeline/trust';
import { quotedList } from '../../text/suggest';
import { command, type Command, shellLine } from './command';
import type { AzureEstate } from './forges/forge-steps';
import { answered, parsedAnswer } from './readings';
import { check, DONE, pending, type Read, type Reading, type Step, unclear } from './step';

const GRAPH = 'https://graph.microsoft.com/v1.0';

/** Azure takes one credential of an issuer and a subject, so a wrong one stands in the way of the right one. */
const DELETE_FIRST = [
  'First delete what is too much, by the commands that the check printed: Bicep takes no trust away.',
  'Then lay what is missing:',
] as const;

/** Names in bicep/main.bicep and bicep/customers-trust.bicep, and what people are told of each. */
const ROLES = {
  preview: {
    identity: 'id-pulumi-preview',
    application: 'pulumi-preview',
    steps: { identity: 'preview-trust', application: 'preview-trust-customers' },
    about: "whom the identity of previews trusts, which decrypts Pulumi's secrets",
  },
  deploy: {
    identity: 'id-pulumi-deploy',
    application: 'pulumi-deploy',
    steps: { identity: 'deploy-trust', application: 'deploy-trust-customers' },
    about: 'whom the identity of deployments trusts',
  },
} as const satisfies Readonly<Record<PipelineRole, object>>;

/** Bicep adds trust and takes none away, so an identity keeps what an earlier estate, forge or tag gave it. */
export function identityTrustSteps(estate: AzureEstate, redeploy: string): readonly Step[] {
  const { subscriptionId, resourceGroup } = estate.azure;
  return tokensOf(estate, 'workforce').map(({ role, ...tokens }) => {
    const { identity, steps, about } = ROLES[role];
    const at = `--subscription ${subscriptionId} --resource-group ${resourceGroup} --identity-name ${identity}`;
    const trust: Trust = {
      ...tokens,
      remove: (credential) => command(`az identity federated-credential delete ${at} --name`, credential),
    };
    return {
      id: steps.identity,
      title: about,
      needs: ['azure'],
      verification: [
        check(command(`az identity federated-credential list ${at} --output json`), identityTrustsOnly(trust)),
      ],
      isDoneWhen: trustedAlone(trust),
      todo: [...DELETE_FIRST, `$ ${redeploy}`],
    };
  });
}

/** By hand, as the application itself is laid: Graph answers az in the directory of its active account alone. */
export function applicationTrustSteps(estate: AzureEstate, customers: Customers, redeploy: string): readonly Step[] {
  const { tenantId, directory } = customers;
  return tokensOf(estate, 'customers').map(({ role, ...tokens }) => {
    const { application: name, steps } = ROLES[role];
    const trust: Trust = {
      ...tokens,
      remove: (credential, application) =>
        command(`az ad app federated-credential delete --id ${application} --federated-credential-id`, credential),
    };
    const query = command(
      `az rest --method get --url ${GRAPH}/applications --output json --url-parameters`,
      `$filter=displayName eq '${name}'`,
      '$expand=federatedIdentityCredentials',
    );
    return {
      id: steps.application,
      title: `whom the application ${name} trusts in the directory of the customers`,
      needs: ['azure-customers'],
      verification: [
        check(command('az account show --output tsv --query tenantId'), directoryIs(tenantId)),
        check(query, applicationTrustsOnly(name, trust)),
      ],
      isDoneWhen: trustedAlone(trust),
      todo: [
        "In the directory of the customers, with the rights of the step azure-customers; 'npx --no entra-aws deploy --status' checks while az is there:",
        `$ az login --tenant ${directory}.onmicrosoft.com --allow-no-subscriptions`,
        ...DELETE_FIRST,
        `$ ${redeploy}`,
        'Afterwards take az back to the subscription:',
        `$ az account set --subscription ${estate.azure.subscriptionId}`,
      ],
    };
  });
}

/**
 * Tokens that the roles of a directory may trust, by role; none where the estate does not say yet whom to trust: its checks say what
 * is missing. The trust of deployments is looked at where subjects have a tag, or come from another forge: it could have older ones too.
 */
function tokensOf(estate: Estate, truster: Truster) {
  const trust = pipelineTrust(estate);
  const roles: readonly PipelineRole[] = isTrustOfBicep(estate) ? ['preview'] : ['preview', 'deploy'];
  return roles.flatMap((role) => {
    const tokens = trust?.[truster]?.[role];
    return trust === undefined || tokens === undefined ? [] : [{ ...tokens, forge: trust.forge, role }];
  });
}

function trustedAlone({ subjects, issuer, audience }: Trust): string {
  return `it trusts ${subjects.join(' and ')} alone, of ${issuer} for ${audience}`;
}

const Credential = z.object({
  name: z.string(),
  issuer: z.string().nullish(),
  subject: z.string().nullish(),
  audiences: z.array(z.string()),
  /** Of a flexible credential, which trusts every subject that matches. */
  claimsMatchingExpression: z.unknown().optional(),
});
type Credential = Readonly<z.infer<typeof Credential>>;

const Applications = z.object({
  value: z.array(z.object({ appId: z.string(), federatedIdentityCredentials: z.array(Credential).default([]) })),
});

/** Tokens of a forge that may be trusted, and none beside them. */
export interface Trust extends Pick<RoleTrust, 'issuer' | 'audience' | 'subjects'> {
  readonly forge: Forge;
  /** Deletes a credential by its name, of an application by its client id; that of a managed identity is empty. */
  readonly remove: (credential: string, application: string) => Command;
}

/** Federated credentials of a managed identity, as `az identity federated-credential list` shows them. */
export const identityTrustsOnly = (trust: Trust): Read =>
  parsedAnswer(z.array(Credential), 'az did not answer with federated credentials', (all) => compare(all, trust, ''));

/** Applications of a display name with their federated credentials, as Graph lists them. */
export const applicationTrustsOnly = (name: string, trust: Trust): Read =>
  parsedAnswer(Applications, 'Graph did not answer with applications', ({ value: [application, ...more] }) => {
    if (application === undefined) return pending(`the directory has no application ${name}`);
    if (more.length > 0) {
      const ids = [application, ...more].map(({ appId }) => appId);
      return unclear(`the directory has ${ids.length} applications ${name}, of which one must stay: ${ids.join(', ')}`);
    }
    return compare(application.federatedIdentityCredentials, trust, application.appId);
  });

/** The directory in which az asks Graph, which is that of its active account whatever else is logged in. */
export const directoryIs = (tenantId: string): Read =>
  answered((text) =>
    text === tenantId
      ? DONE
      : unclear(`az asks Graph in the directory ${text}, not in ${tenantId}: log in there, as below`),
  );

function compare(credentials: readonly Credential[], trust: Trust, application: string): Reading {
  const { forge, subjects, remove } = trust;
  const excess = credentials.filter((one) => !subjects.some((subject) => isTrust(one, subject, trust)));
  const missing = subjects.filter((subject) => !credentials.some((one) => isTrust(one, subject, trust)));
  if (excess.length === 0 && missing.length === 0) return DONE;
  const parts = [
    ...excess.map((one) => `it still trusts ${inWords(one)}`),
    ...(missing.length === 0 ? [] : [`it does not trust ${quotedList(missing)} of ${FORGE_FACTS[forge].name} yet`]),
  ];
  const commands = excess.map(({ name }) => `$ ${shellLine(remove(name, application))}`);
  return pending([parts.join('; '), ...commands].join('\n'));
}

function isTrust(credential: Credential, wanted: string, trust: Trust): boolean {
  const { issuer, subject, audiences, claimsMatchingExpression } = credential;
  const isForAzure = audiences.length === 1 && audiences[0] === trust.audience;
  return issuer === trust.issuer && subject === wanted && isForAzure && claimsMatchingExpression == null;
}

function inWords({ name, issuer, subject, audiences, claimsMatchingExpression }: Credential): string {
  const whom =
    claimsMatchingExpression == null ? quotedList([subject ?? 'any subject']) : 'whatever matches an expression';
  return `${whom} of ${issuer ?? 'any issuer'} for ${quotedList(audiences)}, by the credential ${name}`;
}
