import { AWS_ENTITY_ID, type EmergencyApplication } from '../../estate/sections/emergency/emergency';
import { failed, type Reading, within } from '../reading';
import type { EmergencyApplicationFacts } from '../facts/emergency-facts';
import { type Directory, readGraph } from './directory';
import { NAMED, type WorkforceOptions } from './gather-workforce';
import { findSamlApplication, readClaims } from './read-application';
import { readAssigned } from './read-assigned';
import { policiesAbout, readNamed } from './read-named';
import { readSignInPolicies } from './read-sign-in-policies';
import { readTrust } from './read-trust';

/** Reads what Entra ID has of the application for emergencies. */
export async function gatherEmergencyApplication(
  directory: Directory,
  { displayName, group, conditionalAccess }: EmergencyApplication,
  { timeoutSeconds, onProgress, concurrency }: WorkforceOptions,
): Promise<EmergencyApplicationFacts> {
  const read = <T>(permission: string, task: () => Promise<T>): Promise<Reading<T>> =>
    within(timeoutSeconds, readGraph(permission, task));
  onProgress('the application for emergencies in Entra ID');
  const wanted = { displayName, identifier: AWS_ENTITY_ID };
  const application = await read('Application.Read.All', () => findSamlApplication(directory, wanted));
  const signInPolicies = await read('Policy.Read.All', () => readSignInPolicies(directory));
  const groups = [group.text, ...(conditionalAccess?.excludedGroups ?? []).map(({ name }) => name)];
  const found = application.state === 'known' ? application.value : undefined;
  const policies = policiesAbout(signInPolicies, found?.appId);
  const named = await read(NAMED, () => readNamed(directory, { groups, policies, concurrency }));
  const trust = await readTrust(directory, found, read);
  if (found === undefined) {
    const none = application.state === 'known' ? failed(`there is no application '${displayName}'`) : application;
    return { application, trust, signInPolicies, named, claims: none, assigned: none };
  }
  const id = found.servicePrincipalId;
  const [claims, assigned] = await Promise.all([
    read('Policy.Read.All', () => readClaims(directory, id)),
    read('Application.Read.All, GroupMember.Read.All and User.Read.All', () =>
      readAssigned(directory, id, { concurrency }),
    ),
  ]);
  return { application, trust, claims, assigned, signInPolicies, named };
}
