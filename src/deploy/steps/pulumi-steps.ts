import type { EstatePlan } from '../../estate/plan/planner';
import { programsOf, type PulumiKind, stackName, STACKS } from '../../estate/plan/stacks/stacks';
import type { Azure } from '../../estate/sections/azure/schema';
import type { Estate } from '../../estate/sections/estate';
import { DIRECTORY_WORDS } from './azure-steps';
import { command, isElsewhere, entraAws, shellLine } from './command';
import { doctorCheck, hasPulumiStacks, isConfigured, pulumiPreview, recoveryCheck } from './readings';
import { check, type DeploymentOptions, DONE, pending, type Step } from './step';

type Planned = Pick<EstatePlan, 'estate' | 'steps'>;

/** The two programs, their stacks, and what only the AWS console can do in between: docs/entra-guide.md. */
export function pulumiSteps(plan: Planned, options: DeploymentOptions): readonly Step[] {
  const { estate } = plan;
  const { customers, workforce, access } = estate;
  const programs = programsOf(estate);
  if (programs.length === 0) return [];
  const leadsToAws = workforce !== undefined && (access ?? workforce.awsApplication) !== undefined;
  return [
    backendStacks(estate, programs, options),
    ...(customers ? [program(estate, 'customers', options), ...personSteps(plan, options)] : []),
    ...(leadsToAws ? [identityCenter(estate)] : []),
    ...(workforce ? [program(estate, 'workforce', options)] : []),
    ...(leadsToAws ? [identitySource(estate)] : []),
    ...(estate.pipeline ? [owners(estate, programs, options)] : []),
  ];
}

function backendStacks(estate: Estate, programs: readonly PulumiKind[], { estates }: DeploymentOptions): Step {
  const { name, azure } = estate;
  const stacks = programs.map((program) => ({ program, stack: stackName(name, program) }));
  const names = stacks.map(({ stack }) => stack);
  const elsewhere = isElsewhere(estates) ? [estates] : [];
  const setting = (stack: string, folder: string) =>
    shellLine(command(`pulumi config set --stack ${stack} estates`, folder));
  const secrets = azure ? ` --secrets-provider ${outputOf(estate, azure, 'secretsProvider')}` : '';
  return {
    id: 'pulumi-stacks',
    title: `the stacks ${names.join(' and ')} in Pulumi's backend`,
    needs: ['azure'],
    verification: [
      check(command('pulumi stack ls --json --non-interactive'), hasPulumiStacks(names)),
      // A stack without it would deploy the estate of the same name in the default folder.
      ...elsewhere.flatMap((folder) =>
        names.map((stack) =>
          check(
            command(`pulumi config get estates --stack ${stack}`),
            isConfigured(folder, `run ${setting(stack, folder)} and commit Pulumi.${stack}.yaml`),
          ),
        ),
      ),
    ],
    isDoneWhen: 'the backend lists them',
    todo: [
      azure
        ? `$ pulumi login ${outputOf(estate, azure, 'backendUrl')}`
        : 'Log in to the backend of your choice (pulumi login).',
      ...stacks.flatMap(({ program, stack }) => [
        `$ pulumi stack init ${stack}${secrets}`,
        `$ pulumi config set --stack ${stack} estate ${name}`,
        ...elsewhere.map((folder) => `$ ${setting(stack, folder)}`),
        `$ pulumi config set --stack ${stack} program ${program}`,
        `$ pulumi config set --stack ${stack} azuread:tenantId ${STACKS[program].home(estate).tenantId ?? '<the tenant>'}`,
      ]),
      `Commit ${names.map((stack) => `Pulumi.${stack}.yaml`).join(' and ')}.`,
    ],
  };
}

/** An output of the deployment that lays Pulumi's backend, for a shell. */
const outputOf = ({ name }: Estate, { subscriptionId }: Azure, key: string): string =>
  `"$(az deployment sub show --subscription ${subscriptionId} --name ${stackName(name, 'azure')} --query properties.outputs.${key}.value --output tsv)"`;

function program({ name, customers }: Estate, id: PulumiKind, { yes, estates }: DeploymentOptions): Step {
  const stack = stackName(name, id);
  const location = { estate: name, estates };
  const proof = entraAws(`deploy repair ${id}`, location, '--check');
  const titles = {
    customers: `applications, scopes and user flows of ${DIRECTORY_WORDS[customers?.directoryType ?? 'b2c']}`,
    workforce: "groups and the AWS application in the workforce's Entra tenant",
  };
  return {
    id,
    title: titles[id],
    needs: ['pulumi-stacks', ...(id === 'workforce' ? (['identity-center'] as const) : [])],
    // A preview fails where what a run made can't be made again, so the state is asked first.
    verification: [
      check(proof, recoveryCheck),
      check(command(`pulumi preview --json --non-interactive --stack ${stack}`), pulumiPreview),
    ],
    isDoneWhen: 'a preview finds nothing to change, and every name stands once in the directory',
    commands: [command(`pulumi up${yes ? ' --yes' : ''} --stack ${stack}`)],
    // Azuread sends a request again whose answer was lost, and a run that is green may have made two of one name.
    proof,
    recovery: [entraAws(`deploy repair ${id}`, location, `--remove-spare${yes ? ' --yes' : ''}`)],
    whyRepeated: 'Entra ID may take a while to show what was just made, so that a run of Pulumi can end early.',
  };
}

/** Steps that only a person can do: docs/entra-guide.md, 'Customers'. */
function personSteps({ estate: { name }, steps }: Planned, { estates }: DeploymentOptions): readonly Step[] {
  if (steps.length === 0) return [];
  const left = steps.filter(({ record }) => record === undefined);
  const shown = left.length === 0 ? steps : left;
  return [
    {
      id: 'user-flows',
      title: 'settings of the user flows and redirect URIs that only a person can make',
      needs: ['customers'],
      verification: left.length === 0 ? DONE : pending(`no record of ${left.map(({ id }) => id).join(', ')}`),
      isDoneWhen: 'steps.lock.json of the estate has a record of each, of what it asks for now',
      todo: [
        ...shown.map(({ where, asks }) => `${where}: ${asks}`),
        'Run each flow once, record what you did, and commit steps.lock.json:',
        ...shown.map(
          ({ id }) => `$ ${shellLine(entraAws(`steps done ${id}`, { estate: name, estates }, '--by NAME'))}`,
        ),
      ],
    },
  ];
}

function identityCenter({ workforce }: Estate): Step {
  return {
    id: 'identity-center',
    title: 'IAM Identity Center with an external identity provider, first half',
    needs: [],
    verification:
      workforce?.awsApplication === undefined ? pending('the estate has no workforce.awsApplication') : DONE,
    isDoneWhen: 'the estate has workforce.awsApplication with the three addresses',
    todo: [
      'AWS console, management account: enable IAM Identity Center in its Region, for the organization.',
      'Settings > Identity source > Actions > Change identity source > External identity provider. Copy the issuer URL, the ACS URL',
      'and the access portal URL to workforce.awsApplication.saml (identifier, replyUrl, signOnUrl). Leave the page open.',
    ],
  };
}

/** AWS offers automatic provisioning with an external identity provider alone, so an endpoint tells that the source is changed. */
function identitySource({ name, workforce }: Estate): Step {
  const stack = stackName(name, 'workforce');
  const application = workforce?.awsApplication;
  const byHandAtAws = application?.manualProvisioning !== undefined;
  return {
    id: 'identity-source',
    title: `Entra as the identity source of IAM Identity Center${byHandAtAws ? '' : ', with provisioning'}`,
    needs: ['workforce'],
    verification:
      application?.scim === undefined && !byHandAtAws
        ? pending('the estate has no workforce.awsApplication.scim')
        : DONE,
    isDoneWhen: byHandAtAws
      ? 'the estate has workforce.awsApplication.manualProvisioning; the step scim looks whether the groups are there'
      : 'the estate has workforce.awsApplication.scim; the program workforce then refuses to go without the token',
    todo: [
      ...PRICE_OF_ACCEPT,
      `$ curl --silent "$(pulumi stack output --stack ${stack} federationMetadataUrl)" --output metadata.xml`,
      'AWS console, the page left open: upload metadata.xml, type ACCEPT.',
      ...(byHandAtAws ? PROVISIONED_BY_HAND : provisioned(stack)),
    ],
  };
}

/** Checks of the doctor that look at who owns what a program made. */
function ownerChecks({ workforce, emergency }: Estate, program: PulumiKind): readonly string[] {
  if (program === 'customers') return ['b2c-owners'];
  return [
    ...(workforce?.awsApplication === undefined ? [] : ['saml-owners']),
    ...(emergency?.application === undefined ? [] : ['emergency-owners']),
  ];
}

/** With the least permissions an identity changes only what it owns: what a laptop made, the pipeline can't change without this. */
function owners(estate: Estate, programs: readonly PulumiKind[], { estates }: DeploymentOptions): Step {
  const location = { estate: estate.name, estates };
  const looked = programs.flatMap((one) => ownerChecks(estate, one));
  const only = looked.map((one) => `--only ${one}`).join(' ');
  return {
    id: 'owners',
    title: 'the identities of the pipeline own the applications that they change',
    needs: programs,
    verification: looked.length === 0 ? DONE : [check(entraAws('doctor', location, `${only} --strict`), doctorCheck)],
    isDoneWhen: "each application has an owner, and pipeline.identities' deploy is one where the estate names it",
    todo: [
      'A person who is Privileged Role Administrator of each directory, once, and after each application that is new:',
      ...programs.map((one) => `$ ${shellLine(entraAws('sign-in bootstrap', location, `--program ${one}`))}`),
    ],
  };
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-change.html, in front of what asks for it. */
const PRICE_OF_ACCEPT: readonly string[] = [
  'Before you type ACCEPT, know what it changes for whoever uses IAM Identity Center today:',
  '- users of its own directory can no longer sign in with their passwords; assignments stay, and work for users and groups of',
  '  the same names alone,',
  '- registered second factors are deleted; Entra ID asks for the second factor from then on,',
  '- users and groups are managed in Entra ID; those made here before stay until somebody removes them.',
  'Have a way in that does not need it: deploy the emergency access first and try it (docs/emergency-access.md), or keep an IAM',
  'user or role of the management account at hand.',
];

const PROVISIONED_BY_HAND: readonly string[] = [
  'Users and groups > Add: create each group of workforce.awsApplication.assignedGroups and its people, with user names that are',
  'their NameID in Entra ID (workforce.awsApplication.saml.nameId).',
];

const provisioned = (stack: string): readonly string[] => [
  'Settings > Automatic provisioning > Enable. Copy the endpoint and the last day of the token to workforce.awsApplication.scim',
  '(endpoint, tokenExpires), commit, and set the token, which is shown once:',
  `$ pulumi config set --stack ${stack} --secret scimToken`,
];
