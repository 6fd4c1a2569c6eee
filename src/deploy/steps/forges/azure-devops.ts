import { z } from 'zod';
import { awsStateOf } from '../../../estate/sections/pipeline/pulumi-state';
import type { Estate } from '../../../estate/sections/estate';
import { deployedBranch, type Pipeline } from '../../../estate/sections/pipeline/pipeline';
import type { AwsTrusts, Truster } from '../../../estate/sections/pipeline/role-trust';
import { pipelineTrust } from '../../../estate/sections/pipeline/trust';
import { command, type Command } from '../command';
import { parsedAnswer } from '../readings';
import { type Check, check, DONE, pending, type Read, type Step } from '../step';
import { type ForgeSteps, type Guard, repositoryOf } from './forge-steps';

/** Approvals are those of service connections, whatever the environment. */
export const azureDevOps: ForgeSteps = {
  settings: serviceConnections,
  previewGuard,
};

/** Application id of Azure DevOps, for which az asks a token. */
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';

/** Asks Azure DevOps about the project of the repository. */
function azureDevOpsApi(estate: Estate, path: string, parameters: readonly string[]): Command {
  const [organization = '', project = ''] = repositoryOf(estate).split('/', 2);
  const url = `https://dev.azure.com/${organization}/${encodeURIComponent(project)}/_apis${path}`;
  return command(
    `az rest --method get --resource ${AZURE_DEVOPS} --output json --url`,
    url,
    '--url-parameters',
    ...parameters,
  );
}

const PREVIEW_API = 'api-version=7.1-preview.1';

/** Approvals and checks of a service connection. */
function connectionChecks(estate: Estate, id: string): Command {
  const parameters = ['resourceType=endpoint', `resourceId=${id}`, '$expand=settings', PREVIEW_API];
  return azureDevOpsApi(estate, '/pipelines/checks/configurations', parameters);
}

/** A service connection, with the issuer and subject of its tokens. */
function connectionOf(estate: Estate, id: string): Command {
  return azureDevOpsApi(estate, `/serviceendpoint/endpoints/${id}`, ['api-version=7.1']);
}

const Checks = z.object({
  value: z.array(
    z.object({
      type: z.object({ name: z.string() }),
      isDisabled: z.boolean().default(false),
      settings: z.object({ definitionRef: z.object({ name: z.string() }).nullish() }).nullish(),
    }),
  ),
});
type ListedCheck = z.output<typeof Checks>['value'][number];

const CHECKS = {
  approval: ({ type }: ListedCheck) => type.name === 'Approval',
  'branch control': ({ settings }: ListedCheck) =>
    settings?.definitionRef?.name.toLowerCase() === 'evaluatebranchprotection',
} as const;

/** Checks of a service connection as Azure DevOps lists them: somebody approves its use, or branches decide. */
export const hasChecks = (name: string, ...wanted: readonly (keyof typeof CHECKS)[]): Read =>
  parsedAnswer(Checks, 'Azure DevOps did not answer with checks', ({ value }) => {
    const active = value.filter(({ isDisabled }) => !isDisabled);
    const missing = wanted.filter((one) => !active.some(CHECKS[one]));
    if (missing.length === 0) return DONE;
    return pending(`the service connection ${name} has no ${missing.join(' and no ')}`);
  });

const Endpoint = z.object({
  name: z.string(),
  authorization: z.object({
    parameters: z
      .object({
        workloadIdentityFederationIssuer: z.string().optional(),
        workloadIdentityFederationSubject: z.string().optional(),
      })
      .nullish(),
  }),
});

/** A service connection as Azure DevOps shows it. One of AWS shows no issuer, and its subject has its name. */
export const hasTokens = (name: string, issuer: string, subject: string): Read =>
  parsedAnswer(Endpoint, 'Azure DevOps did not answer with a service connection', (endpoint) => {
    if (endpoint.name !== name) return pending(`the service connection of this id is ${endpoint.name}, not ${name}`);
    const { workloadIdentityFederationIssuer, workloadIdentityFederationSubject } =
      endpoint.authorization.parameters ?? {};
    const shown = [workloadIdentityFederationIssuer, workloadIdentityFederationSubject];
    const differs = [issuer, subject].some((wanted, index) => shown[index] !== undefined && shown[index] !== wanted);
    if (!differs) return DONE;
    const why = `its tokens are of ${shown.join(' ')}, and the clouds would trust ${issuer} ${subject}`;
    return pending(`the service connection ${name} differs: ${why}`);
  });

type AwsConnections = NonNullable<Pipeline['serviceConnections']['aws']>;

const TRUSTERS: readonly Truster[] = ['aws', 'state', 'workforce', 'customers'];

function serviceConnections(estate: Estate, { serviceConnections: all }: Pipeline): readonly Step[] {
  const trust = pipelineTrust(estate);
  const checks = TRUSTERS.flatMap((truster) => connectionChecksOf(estate, all[truster], trust?.[truster]));
  if (checks.length === 0) return [];
  const publish = trust?.aws?.publish && all.aws?.publish?.name;
  const ofImages = publish === undefined ? '' : `; ${publish} is for the deployed branch alone`;
  return [
    {
      id: 'service-connections',
      title: 'the service connections of Azure DevOps, whose tokens the clouds trust',
      needs: [],
      verification: checks,
      isDoneWhen: `each gives the tokens that the clouds trust, and those of deployments take an approval on the deployed branch alone${ofImages}`,
      todo: [
        'Azure DevOps, Project settings > Service connections, as `npx --no entra-aws docs adr/0018-forges` says. Those of deployments: Approvals and checks >',
        `Approvals, without 'Allow approvers to approve their own runs', and Branch control: refs/heads/${deployedBranch(estate)}, protected branches alone.`,
        ...(publish === undefined
          ? []
          : [`${publish}, which publishes images before anybody approves: Branch control alone, in the same way.`]),
        "Each: Security > Pipeline permissions: the pipelines of the estates alone, not 'Open access'.",
      ],
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
    const guards = ({ preview: [], publish: ['branch control'], deploy: ['approval', 'branch control'] } as const)[
      role
    ];
    return [
      ...subjects.map((subject) => check(connectionOf(estate, id), hasTokens(name, issuer, subject))),
      ...(guards.length === 0 ? [] : [check(connectionChecks(estate, id), hasChecks(name, ...guards))]),
    ];
  });
}

function previewGuard(estate: Estate): Guard | undefined {
  const { state, workforce } = estate.pipeline?.serviceConnections ?? {};
  const connection = (awsStateOf(estate) === undefined ? workforce : state)?.preview;
  if (connection === undefined) return undefined;
  const { name } = connection;
  return {
    title: `the approvals of the service connection ${name}, which let a pull request ask Pulumi`,
    verification: [check(connectionChecks(estate, connection.id), hasChecks(name, 'approval'))],
    isDoneWhen: 'it has an approval',
    todo: [
      `Azure DevOps, Project settings > Service connections > ${name} > Approvals and checks: an approval, without 'Allow approvers to`,
      "approve their own runs'. Who approves lets the branch's code decrypt the secrets of Pulumi's state.",
    ],
  };
}
