import { Applier } from './apply';
import { RENEWAL_DAYS } from './certificate';
import { type Change, changesFor, type LaptopCertificate } from './changes';
import { type DeployedApplication, findDeployed, type GraphPermissions, readGraphPermissions } from './deployed';
import { type KeptKey, KeyRing } from './key-ring';
import { changeText, settingsText, wantedText } from './render';
import { trustOf, type WantedApplication, wantedApplications } from './wanted';
import {
  type ApplicationResult,
  mayGoOn,
  openAsPerson,
  type OpenDirectory,
  placeOf,
  type ProgramResult,
  type Work,
} from './work';

/** Permissions with which a person makes the applications. */
const TO_MAKE = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
];
const DAY_MS = 86_400_000;

interface Plan {
  readonly wanted: WantedApplication;
  readonly deployed: DeployedApplication | undefined;
  readonly changes: readonly Change[];
}

/** Makes the applications of a program, or what they lack, after it has shown what that is and asked. */
export async function makeApplications(work: Work): Promise<ProgramResult> {
  const wanted = wantedApplications(work);
  tellWanted(work, wanted);
  const directory = openAsPerson(work, TO_MAKE);
  const keyRing = new KeyRing(process.env);
  try {
    const permissions = await readGraphPermissions(directory.context.graph);
    const kept = work.uses.includes('laptop') ? keyRing.find(placeOf(work)) : undefined;
    const certificate = certificateOf(kept, new Date());
    const plans: Plan[] = [];
    for (const one of wanted) {
      const of = { permissions, personId: directory.personId() };
      const deployed = await findDeployed(directory.context.graph, one, of);
      plans.push({ wanted: one, deployed, changes: changesFor(one, deployed, certificate) });
    }
    return await applyPlans(work, plans, { directory, permissions, keyRing });
  } finally {
    directory.close();
  }
}

function tellWanted({ estate, program, tenantId, uses, say }: Work, wanted: readonly WantedApplication[]): void {
  say(`${program}, in the tenant ${tenantId}:\n`);
  for (const one of wanted) say(wantedText(one));
  if (uses.includes('pipeline') && trustOf(estate, program) === undefined) {
    say('The pipeline is not trusted: the estate does not say who it is (azure.repository and azure.environments).\n');
  }
}

interface Means {
  readonly directory: OpenDirectory;
  readonly permissions: GraphPermissions;
  readonly keyRing: KeyRing;
}

async function applyPlans(work: Work, plans: readonly Plan[], means: Means): Promise<ProgramResult> {
  const { say } = work;
  const changes = plans.flatMap((plan) => plan.changes.map((change) => ({ plan, change })));
  for (const { plan, change } of changes) say(`  ${plan.wanted.displayName}: ${changeText(change)}`);
  if (changes.some(({ change }) => change.kind === 'take')) say(TAKEN);
  if (changes.length === 0) say('The directory is as it should be: nothing to do.\n');
  else if (!(await mayGoOn(work, 'Do this now?'))) return resultOf(work, plans, { isAsWanted: false });
  const clientIds: string[] = [];
  for (const plan of plans) clientIds.push(await applyPlan(work, plan, means));
  const result = resultOf(work, plans, { isAsWanted: true, clientIds });
  say(settingsText(work, result.applications));
  return result;
}

const TAKEN =
  'A permission that goes is one that nothing in the estate needs: what used it must be deleted by a deployment before.';

/** @returns the client id of the application */
async function applyPlan(work: Work, plan: Plan, means: Means): Promise<string> {
  const { directory, permissions, keyRing } = means;
  const target = {
    ...{ graph: directory.context.graph, permissions, personId: directory.personId(), keyRing, place: placeOf(work) },
    now: new Date(),
    say: (line: string) => {
      work.say(`  ${plan.wanted.displayName}: ${line}`);
    },
  };
  return new Applier(target, plan.wanted, plan.deployed).apply(plan.changes);
}

function certificateOf(key: KeptKey | undefined, now: Date): LaptopCertificate {
  if (key === undefined) return { state: 'none' };
  const isEnding = key.expires.getTime() - now.getTime() < RENEWAL_DAYS * DAY_MS;
  return { state: isEnding ? 'ending' : 'good', keyId: key.keyId };
}

function resultOf(
  { program, tenantId }: Work,
  plans: readonly Plan[],
  { isAsWanted, clientIds = [] }: { readonly isAsWanted: boolean; readonly clientIds?: readonly string[] },
): ProgramResult {
  const applications = plans.map(({ wanted, deployed, changes }, index): ApplicationResult => {
    const { duty, displayName, roles, scopes, trust } = wanted;
    const clientId = clientIds[index] ?? deployed?.clientId;
    return { duty, displayName, clientId, roles, scopes, ...(trust && { trust }), changes: changes.map(changeText) };
  });
  return { program, tenantId, applications, isAsWanted };
}
