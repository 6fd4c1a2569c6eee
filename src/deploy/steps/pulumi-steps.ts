import type { EstatePlan } from '../../estate/plan/planner';
import {
  nameAtEngine,
  programsOf,
  type PulumiKind,
  stackName,
  type StackPlan,
  STACKS,
  stacksOfKind,
} from '../../estate/plan/stacks/stacks';
import type { Azure } from '../../estate/sections/azure/schema';
import type { Estate } from '../../estate/sections/estate';
import { SAML_ISSUER } from '../../estate/sections/limits';
import type { RecordedStep } from '../../estate/sections/shared/step-records';
import { CONSOLE_STEPS } from '../../estate/sections/workforce/console-steps';
import { DIRECTORY_WORDS } from './azure-steps';
import { awsStateOf, cloudStateOf } from '../../estate/sections/pipeline/pulumi-state';
import { pipelineTrust } from '../../estate/sections/pipeline/trust';
import { bootstrapStep, cdkStep } from './cdk-steps';
import { command, type EstateLocation, isElsewhere, entraAws, shellLine } from './command';
import { doctorCheck, hasPulumiStacks, isConfigured, isListed, pulumiPreview, recoveryCheck } from './readings';
import { check, type DeploymentOptions, DONE, pending, type Step, stepsWithProfile } from './step';

type Planned = StackPlan & Pick<EstatePlan, 'steps'>;

/** The two programs, their stacks, and what only the AWS console can do in between: docs/entra-guide.md. */
export function pulumiSteps(plan: Planned, options: DeploymentOptions): readonly Step[] {
  const { estate } = plan;
  const { customers, workforce, access } = estate;
  const state = awsStateOf(estate);
  const ofState = (steps: readonly Step[]) => stepsWithProfile(state && options.stateProfile, steps);
  const programs = programsOf(estate);
  if (programs.length === 0) return [];
  const leadsToAws = workforce !== undefined && (access ?? workforce.awsApplication) !== undefined;
  return [
    ...ofState([...stateSteps(plan, options), backendStacks(estate, programs, options)]),
    ...(customers ? [...ofState([program(estate, 'customers', options)]), ...personSteps(plan, options)] : []),
    ...(leadsToAws ? stepsWithProfile(options.accessProfile, [identityCenter(plan, options)]) : []),
    ...(workforce ? ofState([program(estate, 'workforce', options)]) : []),
    ...(leadsToAws ? [identitySource(plan, options)] : []),
    ...(estate.pipeline ? [owners(estate, programs, options)] : []),
  ];
}

/** The bucket of the state and the key of its secrets, where they are in AWS. */
function stateSteps(plan: Planned, options: DeploymentOptions): readonly Step[] {
  const stacks = stacksOfKind(plan, 'pulumi-state');
  return stacks.flatMap((stack) => [
    bootstrapStep('state-bootstrap', stack),
    ...cdkStep(plan, options, {
      id: 'pulumi-state',
      title: "the bucket of Pulumi's state, and the key of its secrets",
      needs: ['state-bootstrap'],
      stacks: [stack],
    }),
  ]);
}

function backendStacks(estate: Estate, programs: readonly PulumiKind[], { estates }: DeploymentOptions): Step {
  const stacks = programs.map((program) => {
    const name = stackName(estate.name, program);
    return { program, name, stack: nameAtEngine(estate, program), file: `Pulumi.${name}.yaml` };
  });
  const names = stacks.map(({ name }) => name);
  const elsewhere = isElsewhere(estates) ? [estates] : [];
  const setting = (stack: string, folder: string) =>
    shellLine(command(`pulumi config set --stack ${stack} estates`, folder));
  const { login, secrets } = backendOf(estate);
  return {
    id: 'pulumi-stacks',
    title: `the stacks ${names.join(' and ')} in Pulumi's backend`,
    needs: [awsStateOf(estate) === undefined ? 'azure' : 'pulumi-state'],
    verification: [
      check(command(`pulumi stack ls${ofOrganization(estate)} --json --non-interactive`), hasPulumiStacks(names)),
      // A stack without it would deploy the estate of the same name in the default folder.
      ...elsewhere.flatMap((folder) =>
        stacks.map(({ stack, file }) =>
          check(
            command(`pulumi config get estates --stack ${stack}`),
            isConfigured(folder, `run ${setting(stack, folder)} and commit ${file}`),
          ),
        ),
      ),
    ],
    isDoneWhen: 'the backend lists them',
    todo: [
      login,
      ...stacks.flatMap(({ program, stack }) => [
        `$ pulumi stack init ${stack}${secrets}`,
        ...settingsOf(estate, program).map((words) => `$ pulumi config set --stack ${stack} ${words}`),
        ...elsewhere.map((folder) => `$ ${setting(stack, folder)}`),
      ]),
      `Commit ${stacks.map(({ file }) => file).join(' and ')}.`,
      ...trustOfCloud(estate),
    ],
  };
}

/** A person may be of several organizations, with a stack of the same name in each. */
function ofOrganization(estate: Estate): string {
  const cloud = cloudStateOf(estate);
  return cloud === undefined ? '' : ` --organization ${cloud.organization}`;
}

const settingsOf = (estate: Estate, program: PulumiKind): readonly string[] => [
  `estate ${estate.name}`,
  `program ${program}`,
  `azuread:tenantId ${STACKS[program].home(estate).tenantId ?? '<the tenant>'}`,
];

/** What an administrator of Pulumi Cloud lets jobs do, each kind of run a policy. */
function trustOfCloud(estate: Estate): readonly string[] {
  const { preview, deploy } = (cloudStateOf(estate) && pipelineTrust(estate)?.state) ?? {};
  if (preview === undefined || deploy === undefined) return [];
  return [
    `Pulumi Cloud > Settings > Access Management > OIDC Issuers: register ${preview.issuer}, and allow tokens of the type organization to`,
    ...[...preview.subjects, ...deploy.subjects].map((subject) => `  aud ${preview.audience}, sub ${subject}`),
  ];
}

/** The line that chooses the backend, and the words that choose the key of a stack's secrets. */
function backendOf(estate: Estate): { readonly login: string; readonly secrets: string } {
  const { azure, pipeline } = estate;
  const ofProvider = (provider: string): string => ` --secrets-provider ${provider}`;
  if (azure !== undefined)
    return {
      login: `$ pulumi login ${outputOf(estate, azure, 'backendUrl')}`,
      secrets: ofProvider(outputOf(estate, azure, 'secretsProvider')),
    };
  if (pipeline?.pulumi === undefined)
    return { login: 'Log in to the backend of your choice (pulumi login).', secrets: '' };
  const { backend, secretsProvider } = pipeline.pulumi;
  return { login: `$ pulumi login '${backend.url}'`, secrets: ofProvider(`'${secretsProvider.url}'`) };
}

/** An output of the deployment that lays Pulumi's backend, for a shell. */
const outputOf = ({ name }: Estate, { subscriptionId }: Azure, key: string): string =>
  `"$(az deployment sub show --subscription ${subscriptionId} --name ${stackName(name, 'azure')} --query properties.outputs.${key}.value --output tsv)"`;

function program(estate: Estate, id: PulumiKind, { yes, estates }: DeploymentOptions): Step {
  const { name, customers } = estate;
  const stack = nameAtEngine(estate, id);
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
function personSteps({ estate, steps: all }: Planned, options: DeploymentOptions): readonly Step[] {
  const steps = all.filter(({ program: one }) => one === 'customers');
  if (steps.length === 0) return [];
  const open = steps.filter(isOpen);
  const shown = open.length === 0 ? steps : open;
  return [
    {
      id: 'user-flows',
      title: 'settings of the user flows and redirect URIs that only a person can make',
      needs: ['customers'],
      verification: open.length === 0 ? DONE : noRecordOf(open),
      isDoneWhen: 'steps.lock.json of the estate has a record of each, of what it asks for now',
      todo: [
        ...shown.map(({ where, asks }) => `${where}: ${asks}`),
        'Run each flow once, record what you did, and commit steps.lock.json:',
        ...recordLines(shown, estate, options),
      ],
    },
  ];
}

const isOpen = ({ record }: RecordedStep): boolean => record === undefined;
const noRecordOf = (open: readonly RecordedStep[]) => pending(`no record of ${open.map(({ id }) => id).join(', ')}`);

/** Commands that record steps of a person. */
function recordLines(
  steps: readonly RecordedStep[],
  { name }: Estate,
  { estates }: DeploymentOptions,
): readonly string[] {
  const location = { estate: name, estates };
  return steps.map(({ id, takesCertificates = false }) => {
    const uploaded = takesCertificates ? ' --metadata metadata.xml' : '';
    return `$ ${shellLine(entraAws(`steps done ${id}`, location, `--by NAME${uploaded}`))}`;
  });
}

/** What the estate says is no proof that somebody did it: a person records it, and AWS lists the instance. */
function identityCenter({ estate, steps }: Planned, options: DeploymentOptions): Step {
  const { workforce } = estate;
  const application = workforce?.awsApplication;
  const mine = steps.filter(({ id }) => id === CONSOLE_STEPS.enabled);
  const open = mine.filter(isOpen);
  const region = SAML_ISSUER.exec(application?.saml.identifier ?? '')?.groups?.['region'];
  const asked = command('aws sso-admin list-instances --output text --query Instances[].InstanceArn');
  const within = region === undefined ? asked : command(asked.words.join(' '), '--region', region);
  const named = (): Step['verification'] =>
    open.length > 0 ? noRecordOf(open) : [check(within, isListed('AWS lists no instance of IAM Identity Center'))];
  return {
    id: 'identity-center',
    title: 'IAM Identity Center with an external identity provider, first half',
    needs: [],
    verification: application === undefined ? pending('the estate has no workforce.awsApplication') : named(),
    isDoneWhen: 'the estate has workforce.awsApplication, steps.lock.json a record, and AWS lists the instance',
    todo: [
      'AWS console, management account: enable IAM Identity Center in its Region, for the organization.',
      'Settings > Identity source > Actions > Change identity source > External identity provider. Copy the issuer URL, the ACS URL',
      'and the access portal URL to workforce.awsApplication.saml (identifier, replyUrl, signOnUrl). Leave the page open. From the',
      'metadata file that the page offers, this prints the lines, or compares them:',
      `$ ${shellLine(entraAws('import', { estate: estate.name, estates: options.estates }, '--saml FILE'))}`,
      ...(mine.length === 0 ? [] : [RECORD, ...recordLines(mine, estate, options)]),
    ],
  };
}

const RECORD = 'Record what you did, and commit steps.lock.json:';

/** A person records each half, and the certificate that was uploaded must be the one that signs today. */
function identitySource({ estate, steps }: Planned, options: DeploymentOptions): Step {
  const { name, workforce } = estate;
  const location = { estate: name, estates: options.estates };
  const stack = nameAtEngine(estate, 'workforce');
  const application = workforce?.awsApplication;
  const byHandAtAws = application?.manualProvisioning !== undefined;
  const mine = steps.filter(({ id, program: one }) => one === 'workforce' && id !== CONSOLE_STEPS.enabled);
  const open = mine.filter(isOpen);
  const hasEndpoint = application?.scim !== undefined || byHandAtAws;
  return {
    id: 'identity-source',
    title: `Entra as the identity source of IAM Identity Center${byHandAtAws ? '' : ', with provisioning'}`,
    needs: ['workforce'],
    verification: hasEndpoint
      ? uploadRecorded(open, location)
      : pending('the estate has no workforce.awsApplication.scim'),
    isDoneWhen: `steps.lock.json has a record of each, and the certificate that was uploaded signs${byHandAtAws ? '; the step scim looks whether the groups are there' : ''}`,
    todo: [
      ...mine.flatMap(({ cautions = [] }) => cautions),
      `$ curl --silent "$(pulumi stack output --stack ${stack} federationMetadataUrl)" --output metadata.xml`,
      'AWS console, the page left open: upload metadata.xml, type ACCEPT.',
      ...(byHandAtAws ? PROVISIONED_BY_HAND : provisioned(stack)),
      RECORD,
      ...recordLines(open.length === 0 ? mine : open, estate, options),
    ],
  };
}

function uploadRecorded(open: readonly RecordedStep[], location: EstateLocation): Step['verification'] {
  if (open.length > 0) return noRecordOf(open);
  return [check(entraAws('doctor', location, '--only saml-upload --strict'), doctorCheck)];
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

const PROVISIONED_BY_HAND: readonly string[] = [
  'Users and groups > Add: create each group of workforce.awsApplication.assignedGroups and its people, with user names that are',
  'their NameID in Entra ID (workforce.awsApplication.saml.nameId).',
];

const provisioned = (stack: string): readonly string[] => [
  'Settings > Automatic provisioning > Enable. Copy the endpoint and the last day of the token to workforce.awsApplication.scim',
  '(endpoint, tokenExpires), commit, and set the token, which is shown once:',
  `$ pulumi config set --stack ${stack} --secret scimToken`,
];
