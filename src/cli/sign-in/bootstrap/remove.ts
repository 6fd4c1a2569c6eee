import { deleteUntilGone } from '../../../../provider/graph/steps';
import { BootstrapError, type DeployedApplication, findDeployed, readGraphPermissions, type Sought } from './deployed';
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
  const record = keyRing.recordOf(placeOf(work));
  const sought = (['deploy', 'preview'] as const).map((duty) => ({
    ...namesOf(estate.name, program, duty),
    ...(duty === 'deploy' && { record }),
  }));
  try {
    const there = await findAll(directory, sought);
    if (record !== undefined && !there.some(({ clientId }) => clientId === record.clientId)) {
      throw new BootstrapError(
        `the directory does not show the application ${record.clientId}, to which this laptop has a key: run this again in some ` +
          `minutes; if somebody has deleted it, delete ${keyRing.fileOf(placeOf(work))} first`,
      );
    }
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

async function findAll({ context }: OpenDirectory, sought: readonly Sought[]): Promise<readonly DeployedApplication[]> {
  const permissions = await readGraphPermissions(context.graph);
  const found = await Promise.all(
    sought.map((one) => findDeployed({ context, permissions, personId: undefined }, one)),
  );
  return found.filter((one) => one !== undefined);
}
