import { deleteUntilGone } from '../../../provider/graph/steps';
import { type DeployedApplication, findDeployed, readGraphPermissions, type Sought } from './deployed';
import { KeyRing } from './key-ring';
import { namesOf } from './wanted';
import { mayGoOn, openAsPerson, type OpenDirectory, placeOf, type ProgramResult, type Work } from './work';

/** Permission with which a person removes the applications. */
const TO_REMOVE = ['Application.ReadWrite.All'];

const LEFT =
  "Removed, with this laptop's key. Entra ID keeps a deleted application for 30 days (App registrations > Deleted applications). " +
  'What stays is your consent to the client that you signed in with: Enterprise applications > Microsoft Graph Command Line Tools ' +
  '> Permissions > User consent.\n';

/** Takes back all that was made, whatever the estate says now; what was not made here is left alone. */
export async function removeApplications(work: Work): Promise<ProgramResult> {
  const { estate, program, tenantId, say } = work;
  say(`${program}, in the tenant ${tenantId}:`);
  const directory = openAsPerson(work, TO_REMOVE);
  const keyRing = new KeyRing(process.env);
  // The record first: whoever renamed an application has not taken it back.
  const clientId = keyRing.clientIdOf(placeOf(work));
  const sought = (['deploy', 'preview'] as const).map((duty) => ({
    ...namesOf(estate.name, program, duty),
    ...(duty === 'deploy' && { clientId }),
  }));
  try {
    const there = await findAll(directory, sought);
    for (const { displayName, clientId: id } of there) {
      say(`  remove '${displayName}' (${id}), with its permissions, credentials and consents`);
    }
    if (there.length === 0) say('  nothing is there to remove');
    const isAgreed = there.length === 0 || (await mayGoOn(work, 'Remove this now?'));
    if (isAgreed) {
      for (const { objectId } of there) await deleteUntilGone(directory.context, `/v1.0/applications/${objectId}`);
      keyRing.forget(placeOf(work));
      if (there.length > 0) say(LEFT);
    }
    const applications = there.map(({ displayName, clientId: id }) => ({
      displayName,
      clientId: id,
      changes: ['remove it'],
    }));
    return { program, tenantId, applications, isAsWanted: isAgreed };
  } finally {
    directory.close();
  }
}

async function findAll(
  { context: { graph } }: OpenDirectory,
  sought: readonly Sought[],
): Promise<readonly DeployedApplication[]> {
  const permissions = await readGraphPermissions(graph);
  const of = { permissions, personId: undefined };
  const found = await Promise.all(sought.map((one) => findDeployed(graph, one, of)));
  return found.filter((one) => one !== undefined);
}
