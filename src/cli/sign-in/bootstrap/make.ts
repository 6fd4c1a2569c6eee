import { textOf } from '../../../../provider/values';
import { nameAtEngine } from '../../../estate/plan/stacks/stacks';
import { pipelineTrust } from '../../../estate/sections/pipeline/trust';
import { count } from '../../../text/amounts';
import { Applier, type Change, changesFor, type LaptopCertificate, ownChange, type Target } from './apply';
import { RENEWAL_DAYS } from './certificate';
import { BootstrapError, type DeployedApplication, findDeployed, readGraphPermissions } from './deployed';
import { type KeptKey, KeyRing } from './key-ring';
import { findUnowned } from './owners';
import {
  type ApplicationResult,
  mayGoOn,
  openAsPerson,
  type PermissionRow,
  placeOf,
  type ProgramResult,
  type WantedApplication,
  wantedApplications,
  type Work,
} from './work';

/** Permissions with which a person makes the applications. Graph wants the third one beside the first to add an owner. */
const TO_MAKE = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Directory.Read.All',
  'DelegatedPermissionGrant.ReadWrite.All',
];
const DAY_MS = 86_400_000;

interface Plan {
  readonly wanted: WantedApplication;
  readonly deployed: DeployedApplication | undefined;
  readonly changes: readonly Change[];
  /** Findings that a person decides. */
  readonly faults: readonly string[];
}

/** Makes the applications of a program, or what they lack, after it has shown what that is and asked. */
export async function makeApplications(work: Work): Promise<ProgramResult> {
  const wanted = wantedApplications(work);
  tellWanted(work, wanted);
  const directory = openAsPerson(work, TO_MAKE);
  const keyRing = new KeyRing(process.env);
  try {
    const { context } = directory;
    const permissions = await readGraphPermissions(context.graph);
    // With the first request the person has signed in.
    const means = { context, permissions, personId: directory.personId(), keyRing, place: placeOf(work) };
    const plans: Plan[] = [];
    for (const one of wanted) plans.push(await planOf(work, one, means));
    return await applyPlans(work, plans, means);
  } finally {
    directory.close();
  }
}

function tellWanted({ estate, program, tenantId, uses, say }: Work, wanted: readonly WantedApplication[]): void {
  say(`${program}, in the tenant ${tenantId}:\n`);
  for (const one of wanted) say(wantedText(one));
  if (uses.includes('pipeline') && pipelineTrust(estate)?.[program] === undefined) {
    say('The pipeline is not trusted: the estate does not say who it is (azure.repository and azure.environments).\n');
  }
}

type Means = Omit<Target, 'now' | 'say'>;

/** Looks at an application, and says what it lacks. */
async function planOf(work: Work, wanted: WantedApplication, means: Means): Promise<Plan> {
  const own = means.keyRing.find(means.place);
  const kept = wanted.laptop ? own : undefined;
  const deployed = await findDeployed(means, { ...wanted, record: kept });
  const known = [
    ...(own?.clientId === deployed?.clientId && own ? [own.keyId] : []),
    ...(work.options.knownCertificate ?? []),
  ];
  return {
    ...{ wanted, deployed, faults: deployed === undefined ? [] : unknownCertificates(deployed, known) },
    changes: [
      ...changesFor(wanted, deployed, certificateOf(kept, new Date())),
      ...(await ownChanges(work, { wanted, deployed }, means)),
    ],
  };
}

/**
 * Certificates of an application that this laptop did not make, in words. They are a colleague's or a stranger's, which no
 * directory tells: a person decides.
 */
function unknownCertificates(
  { clientId, keys }: Pick<DeployedApplication, 'clientId' | 'keys'>,
  known: readonly string[],
): readonly string[] {
  return keys
    .map((key) => ({ id: textOf(key['keyId']), name: textOf(key['displayName']), end: textOf(key['endDateTime']) }))
    .filter(({ id }) => !known.includes(id))
    .map(
      ({ id, name, end }) =>
        `the certificate '${name}' (${id}), good until ${end.slice(0, 10)}, is not of this laptop: whoever has its key signs in as the application. ` +
        `Unless a colleague's laptop has it (--known-certificate ${id}): az ad app credential delete --id ${clientId} --key-id ${id} --cert`,
    );
}

/** Owners that are missing at what the program made: a person alone may add them. */
async function ownChanges(
  work: Work,
  { wanted, deployed }: Pick<Plan, 'wanted' | 'deployed'>,
  { context: { graph } }: Means,
): Promise<readonly Change[]> {
  if (wanted.duty !== 'deploy' || deployed?.principalId === undefined) return [];
  const { clientId, principalId } = deployed;
  const all = await findUnowned(graph, work, { clientId, principalId });
  return all.map(ownChange);
}

async function applyPlans(work: Work, plans: readonly Plan[], means: Means): Promise<ProgramResult> {
  const { say } = work;
  const changes = plans.flatMap((plan) => plan.changes);
  const hasFaults = plans.some(({ faults }) => faults.length > 0);
  tellDifferences(plans, say);
  if (changes.length === 0) say(hasFaults ? ONLY_FAULTS : AS_WANTED);
  else if (!(await mayGoOn(work, 'Do this now?'))) return resultOf(work, plans, { isAsWanted: false });
  const clientIds: string[] = [];
  for (const plan of plans) clientIds.push(await applyPlan(work, plan, means));
  const isDone = changes.length === 0 || (await isSeen(work, plans, means));
  if (!isDone) say(NOT_SEEN);
  const isAsWanted = isDone && !hasFaults;
  const result = resultOf(work, plans, { isAsWanted, clientIds });
  say(settingsText(work, result.applications));
  return result;
}

function tellDifferences(plans: readonly Plan[], say: Work['say']): void {
  for (const { wanted, changes } of plans) for (const change of changes) say(`  ${wanted.displayName}: ${change.text}`);
  if (plans.some(({ changes }) => changes.some(({ isTaken }) => isTaken))) say(TAKEN);
  for (const { wanted, faults } of plans) for (const fault of faults) say(`  ${wanted.displayName}: ${fault}`);
}

const AS_WANTED = 'The directory is as it should be: nothing to do.\n';
const ONLY_FAULTS = 'Nothing else differs.\n';
const TAKEN =
  'A permission that goes is one that nothing in the estate needs: what used it must be deleted by a deployment before.';

const NOT_SEEN =
  'The directory does not show all of it yet. Run the same command again in some minutes: it does what is missing, if anything is.';

/** Time after which a directory has shown what was done in it; minutes are rare. */
const SEEN_WITHIN_MS = 60_000;

/** Waits until the directory shows what was done: a run that trusts an older state would do it again. */
async function isSeen(work: Work, plans: readonly Plan[], means: Means): Promise<boolean> {
  const look = async (): Promise<true | undefined> => {
    for (const { wanted } of plans) {
      const { changes } = await planOf(work, wanted, means);
      if (changes.length > 0) return undefined;
    }
    return true;
  };
  // Half of what was made may look like somebody else's work.
  const patient = (error: unknown): undefined => {
    if (!(error instanceof BootstrapError)) throw error;
  };
  return (await means.context.waiter.find(() => look().catch(patient), SEEN_WITHIN_MS)) === true;
}

/** @returns the client id of the application */
async function applyPlan(work: Work, { wanted, deployed, changes }: Plan, means: Means): Promise<string> {
  const say = (line: string): void => {
    work.say(`  ${wanted.displayName}: ${line}`);
  };
  return new Applier({ ...means, now: new Date(), say }, wanted, deployed).apply(changes);
}

function certificateOf(key: KeptKey | undefined, now: Date): LaptopCertificate {
  const isEnding = key !== undefined && key.expires.getTime() - now.getTime() < RENEWAL_DAYS * DAY_MS;
  return key && { keyId: key.keyId, isEnding };
}

function resultOf(
  { program, tenantId }: Work,
  plans: readonly Plan[],
  { isAsWanted, clientIds = [] }: { readonly isAsWanted: boolean; readonly clientIds?: readonly string[] },
): ProgramResult {
  const applications = plans.map(({ wanted, deployed, changes, faults }, index): ApplicationResult => {
    const { duty, displayName, roles, scopes, trust } = wanted;
    const clientId = clientIds[index] ?? deployed?.clientId;
    const told = { changes: changes.map(({ text }) => text), faults };
    return { duty, displayName, clientId, roles, scopes, ...(trust && { trust }), ...told };
  });
  return { program, tenantId, applications, isAsWanted };
}

/** Words of the uses of an application. */
const DUTIES = { deploy: 'deploys', preview: 'previews, and only reads' } as const;

/** Everything that an application is to have, row by row, before anybody signs in. */
function wantedText(wanted: WantedApplication): string {
  const { displayName, duty, roles, scopes, trust, laptop } = wanted;
  return [
    `'${displayName}' ${DUTIES[duty]}:`,
    ...section('as itself (application permissions of Microsoft Graph)', roles),
    ...section('for a person who signs in to it (delegated permissions, your own consent)', scopes),
    ...(trust ?? []).map(({ subject, issuer }) => `  trusts ${subject} of ${issuer}`),
    ...(laptop ? ['  a certificate for this laptop'] : []),
    '',
  ].join('\n');
}

function section(title: string, rows: readonly PermissionRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ permission }) => permission.length));
  return [`  ${title}`, ...rows.map((row) => `    ${row.permission.padEnd(width)}  ${usesOf(row)}`)];
}

function usesOf({ reason, resources, requests }: PermissionRow): string {
  const needs = requests.length === 0 ? '' : `: ${count(requests.length, 'request')}`;
  return `${reason} [${resources.join(', ')}${needs}]`;
}

/** Settings and commands by which the pipeline and the laptop sign in as the applications. */
function settingsText({ estate, program, uses }: Work, applications: readonly ApplicationResult[]): string {
  const { name } = estate;
  const clientId = (duty: WantedApplication['duty']): string | undefined =>
    applications.find((one) => one.duty === duty)?.clientId;
  const [deploy, preview] = [clientId('deploy'), clientId('preview')];
  return [
    ...(deploy !== undefined && preview !== undefined
      ? [
          'For the pipeline, in estate.yaml; none of it is secret:',
          `  pipeline: { identities: { ${program}: { preview: ${preview}, deploy: ${deploy} } } }`,
        ]
      : []),
    ...(uses.includes('laptop')
      ? [
          'On this laptop, sign-in runs a command as this application:',
          `  npx --no entra-aws sign-in --estate ${name} --program ${program} -- pulumi up --stack ${nameAtEngine(estate, program)}`,
        ]
      : []),
    '',
  ].join('\n');
}
