import { findDeployed, readGraphPermissions } from './deployed';
import { KeyRing } from './key-ring';
import { namesOf } from './wanted';
import { mayGoOn, openAsPerson, placeOf, type ProgramResult, type Work } from './work';

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
  const { graph } = directory.context;
  try {
    const permissions = await readGraphPermissions(graph);
    const names = (['deploy', 'preview'] as const).map((duty) => namesOf(estate.name, program, duty));
    const found = await Promise.all(
      names.map(async (name) => {
        const deployed = await findDeployed(graph, name, { permissions, personId: undefined });
        return deployed === undefined ? [] : [{ ...name, deployed }];
      }),
    );
    const there = found.flat();
    for (const { displayName, deployed } of there) {
      say(`  remove '${displayName}' (${deployed.clientId}), with its permissions, credentials and consents`);
    }
    if (there.length === 0) say('  nothing is there to remove');
    const isAgreed = there.length === 0 || (await mayGoOn(work, 'Remove this now?'));
    if (isAgreed) {
      for (const { deployed } of there)
        await graph.sendIfThere({ method: 'DELETE', path: `/v1.0/applications/${deployed.objectId}` });
      new KeyRing(process.env).forget(placeOf(work));
      if (there.length > 0) say(LEFT);
    }
    const applications = there.map(({ displayName, deployed }) => ({
      displayName,
      clientId: deployed.clientId,
      changes: ['remove it'],
    }));
    return { program, tenantId, applications, isAsWanted: isAgreed };
  } finally {
    directory.close();
  }
}
