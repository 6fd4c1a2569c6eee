import { z } from 'zod';
import type { AzureEstate } from '../../estate/plan/azure-deployments';
import { MANAGED_IDENTITIES } from '../../estate/plan/pipeline-identities';
import { programsOf, type PulumiKind } from '../../estate/plan/stacks/stacks';
import type { Estate } from '../../estate/sections/estate';
import { type Forge, FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import type { PipelineRole } from '../../estate/sections/pipeline/pipeline';
import type { RoleTrust } from '../../estate/sections/pipeline/role-trust';
import { pipelineTrust } from '../../estate/sections/pipeline/trust';
import { quotedList } from '../../text/suggest';
import { command, type Command, entraAws, type EstateLocation, shellLine } from './command';
import { doctorCheck, parsedAnswer } from './readings';
import { check, DONE, pending, type Read, type Reading, type Step } from './step';

/** Azure takes one credential of an issuer and a subject, so a wrong one stands in the way of the right one. */
const DELETE_FIRST = [
  'First delete what is too much, by the commands that the check printed: Bicep takes no trust away.',
  'Then lay what is missing:',
] as const;

const TRUST_STEPS = [
  {
    role: 'preview',
    id: 'preview-trust',
    title: "whom the identity of previews trusts, which decrypts Pulumi's secrets",
  },
  { role: 'deploy', id: 'deploy-trust', title: 'whom the identity of deployments trusts' },
] as const;

/**
 * Bicep adds trust and takes none away, so an identity keeps what an earlier estate, forge or tag gave it.
 *
 * @param redeploy command lines that lay what is missing
 */
export function identityTrustSteps(estate: AzureEstate, redeploy: readonly string[]): readonly Step[] {
  const { subscriptionId, resourceGroup } = estate.azure;
  return TRUST_STEPS.flatMap(({ role, id, title }): readonly Step[] => {
    const tokens = tokensOf(estate, role);
    if (tokens === undefined) return [];
    const at = `--subscription ${subscriptionId} --resource-group ${resourceGroup} --identity-name ${MANAGED_IDENTITIES[role]}`;
    const trust: Trust = {
      ...tokens,
      remove: (credential) => command(`az identity federated-credential delete ${at} --name`, credential),
    };
    return [
      {
        id,
        title,
        needs: ['azure'],
        verification: [
          check(command(`az identity federated-credential list ${at} --output json`), identityTrustsOnly(trust)),
        ],
        isDoneWhen: `it trusts ${tokens.subjects.join(' and ')} alone, of ${tokens.issuer} for ${tokens.audience}`,
        todo: [...DELETE_FIRST, ...redeploy.map((line) => `$ ${line}`)],
      },
    ];
  });
}

/** By hand, since it takes a person with a role of each directory. Nothing on a laptop needs it. */
export function directoryIdentitySteps(estate: AzureEstate, location: EstateLocation): readonly Step[] {
  if (estate.pipeline === undefined) return [];
  return programsOf(estate).map((program) => {
    const { id, check: checkId, where } = DIRECTORIES[program];
    return {
      id,
      title: `what the pipeline's identities may do in ${where}`,
      needs: ['azure'],
      verification: [check(entraAws('doctor', location, `--only ${checkId} --strict`), doctorCheck)],
      isDoneWhen: 'each has the permissions that the estate needs, and no other',
      todo: [
        `As Privileged Role Administrator of ${where}:`,
        `$ ${shellLine(entraAws('sign-in bootstrap', location, `--program ${program} --pipeline`))}`,
        'Write the client ids that it prints to pipeline.identities, and commit the estate.',
      ],
    };
  });
}

const DIRECTORIES = {
  workforce: { id: 'azure-workforce', check: 'saml-identities', where: 'the Entra tenant' },
  customers: { id: 'azure-customers', check: 'b2c-identities', where: 'the directory of the customers' },
} as const satisfies Readonly<Record<PulumiKind, object>>;

/** Tokens that a role may trust; undefined where the estate does not say yet whom to trust: its checks say what is missing. */
function tokensOf(estate: Estate, role: PipelineRole): Tokens | undefined {
  const trust = pipelineTrust(estate);
  const tokens = trust?.workforce?.[role];
  return trust === undefined || tokens === undefined ? undefined : { ...tokens, forge: trust.forge };
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

/** Tokens of a forge that may be trusted, and none beside them. */
export interface Trust extends Tokens {
  /** Deletes a credential by its name. */
  readonly remove: (credential: string) => Command;
}

interface Tokens extends Pick<RoleTrust, 'issuer' | 'audience' | 'subjects'> {
  readonly forge: Forge;
}

/** Federated credentials of a managed identity, as `az identity federated-credential list` shows them. */
export const identityTrustsOnly = (trust: Trust): Read =>
  parsedAnswer(z.array(Credential), 'az did not answer with federated credentials', (all) => compare(all, trust));

function compare(credentials: readonly Credential[], trust: Trust): Reading {
  const { forge, subjects, remove } = trust;
  const excess = credentials.filter((one) => !subjects.some((subject) => isTrust(one, subject, trust)));
  const missing = subjects.filter((subject) => !credentials.some((one) => isTrust(one, subject, trust)));
  if (excess.length === 0 && missing.length === 0) return DONE;
  const parts = [
    ...excess.map((one) => `it still trusts ${inWords(one)}`),
    ...(missing.length === 0 ? [] : [`it does not trust ${quotedList(missing)} of ${FORGE_FACTS[forge].name} yet`]),
  ];
  const commands = excess.map(({ name }) => `$ ${shellLine(remove(name))}`);
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
