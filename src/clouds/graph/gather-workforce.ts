import pMap from 'p-map';
import { AWS_ENTITY_ID, type EmergencyApplication } from '../../estate/sections/emergency/emergency';
import { type Leavers, leaversReaderName } from '../../estate/sections/workforce/watch';
import type { AwsApplication } from '../../estate/sections/workforce/workforce';
import { ClientId, type ObjectId, readId } from '../../estate/source/ids';
import type { LeaversReaderFacts, SamlApplication } from '../facts/trust-facts';
import type { SamlFacts, WorkforceFacts } from '../facts/workforce-facts';
import { failed, known, type Reading, type TimedReadingOptions } from '../reading';
import { type Directory, isNamed, readerWithin, type ReadPart } from './directory';
import { findSamlApplication, readApplication, readClaims } from './read-application';
import { policiesAbout, readAssigned, readGroup, readNamed } from './read-groups';
import { jobPath, readJobs, readUserMappings } from './read-provisioning';
import { readSignInPolicies } from './read-sign-in-policies';
import { readTrust } from './read-trust';
import { readMetadata, readSignInError } from './web/saml';

interface Gathering {
  readonly directory: Directory;
  readonly read: ReadPart;
  readonly concurrency: number;
}

/** Reads what Entra ID has of the way to AWS. */
export async function gatherWorkforce(
  directory: Directory,
  wanted: AwsApplication,
  { timeoutSeconds, onProgress, concurrency }: TimedReadingOptions,
): Promise<WorkforceFacts> {
  const gathering = { directory, read: readerWithin(timeoutSeconds), concurrency };
  onProgress('the AWS application in Entra ID');
  const { displayName, saml, assignedGroups, conditionalAccess } = wanted;
  const [facts, signInError] = await Promise.all([
    gatherSaml(gathering, {
      ...{ displayName, identifier: saml.identifier },
      groups: [...assignedGroups, ...(conditionalAccess?.excludedGroups ?? [])].map(({ name }) => name),
    }),
    gathering.read('', () => readSignInError(directory, wanted)),
  ]);
  onProgress('groups and provisioning in Entra ID');
  return { ...facts, signInError, ...(await gatherProvisioning(gathering, facts, displayName)) };
}

/** Reads what Entra ID has of the application for emergencies. */
export async function gatherEmergencyApplication(
  directory: Directory,
  { displayName, group, conditionalAccess }: EmergencyApplication,
  { timeoutSeconds, onProgress, concurrency }: TimedReadingOptions,
): Promise<SamlFacts> {
  onProgress('the application for emergencies in Entra ID');
  const groups = [group.text, ...(conditionalAccess?.excludedGroups ?? []).map(({ name }) => name)];
  const gathering = { directory, read: readerWithin(timeoutSeconds), concurrency };
  return gatherSaml(gathering, { displayName, identifier: AWS_ENTITY_ID, groups });
}

interface WantedSaml {
  readonly displayName: string;
  readonly identifier: string;
  /** Display names of groups that the estate has. */
  readonly groups: readonly string[];
}

async function gatherSaml(
  { directory, read, concurrency }: Gathering,
  { groups, ...wanted }: WantedSaml,
): Promise<SamlFacts> {
  const [application, signInPolicies] = await Promise.all([
    read('Application.Read.All', () => findSamlApplication(directory, wanted)),
    read('Policy.Read.All', () => readSignInPolicies(directory)),
  ]);
  const found = foundIn(application, wanted.displayName);
  const there = found.state === 'known' ? found.value : undefined;
  const policies = policiesAbout(signInPolicies, there?.appId);
  const ifThere = async <T>(permission: string, look: (id: ObjectId) => Promise<T>): Promise<Reading<T>> =>
    found.state === 'known' ? read(permission, () => look(found.value.servicePrincipalId)) : found;
  const [named, trust, claims, assigned] = await Promise.all([
    read('GroupMember.Read.All and User.Read.All', () => readNamed(directory, { groups, policies, concurrency })),
    readTrust(directory, there, read),
    ifThere('Policy.Read.All', (id) => readClaims(directory.context.graph, id)),
    ifThere('Application.Read.All, GroupMember.Read.All and User.Read.All', (id) =>
      readAssigned(directory, id, { concurrency }),
    ),
  ]);
  return { application, signInPolicies, named, trust, claims, assigned };
}

/** The application, or why nothing can be read of it. */
function foundIn(application: Reading<SamlApplication | undefined>, displayName: string): Reading<SamlApplication> {
  if (application.state !== 'known') return application;
  const { value } = application;
  return value === undefined ? failed(`there is no application '${displayName}'`) : known(value);
}

type Provisioning = Pick<WorkforceFacts, 'metadata' | 'groups' | 'jobs' | 'userMappings'>;

async function gatherProvisioning(
  { directory, read, concurrency }: Gathering,
  { application, assigned }: SamlFacts,
  displayName: string,
): Promise<Provisioning> {
  const found = foundIn(application, displayName);
  if (found.state !== 'known') return { metadata: found, groups: found, jobs: found, userMappings: found };
  const { appId, servicePrincipalId: id } = found.value;
  const { graph } = directory.context;
  const [metadata, jobs, groups] = await Promise.all([
    read('', () => readMetadata(directory, appId)),
    read('Synchronization.Read.All', () => readJobs(graph, id)),
    assigned.state !== 'known'
      ? assigned
      : read('Group.Read.All and User.ReadBasic.All', async () => {
          const all = await pMap(assigned.value.groups, (group) => readGroup(graph, group.id), { concurrency });
          return new Map(all.flatMap((one) => (one === undefined ? [] : [[one.id, one] as const])));
        }),
  ]);
  if (jobs.state !== 'known') return { metadata, jobs, groups, userMappings: jobs };
  const [job] = jobs.value;
  const userMappings =
    job === undefined
      ? failed('there is no provisioning job')
      : await read('Synchronization.Read.All', () => readUserMappings(graph, id, jobPath(job.id)));
  return { metadata, jobs, groups, userMappings };
}

interface LeaversOptions extends Pick<TimedReadingOptions, 'timeoutSeconds' | 'onProgress'> {
  readonly estateName: string;
}

/** Reads the application as which the leavers function reads who exists: by its client id, once the estate has it. */
export async function gatherLeaversReader(
  directory: Directory,
  { clientId }: Leavers,
  { estateName, timeoutSeconds, onProgress }: LeaversOptions,
): Promise<LeaversReaderFacts> {
  const { graph } = directory.context;
  const read = readerWithin(timeoutSeconds);
  onProgress('the application of the leavers function in Entra ID');
  const byName = isNamed(leaversReaderName(estateName));
  const reader = await read('Application.Read.All', async () => {
    const $filter = clientId === undefined ? byName : `appId eq '${clientId}'`;
    const [application] = await graph.list('/v1.0/applications', { query: { $filter } });
    const one = application && (await readApplication(graph, application));
    return one?.servicePrincipalId && one;
  });
  const named = await read('Application.Read.All', async () => {
    const all = await graph.list('/v1.0/applications', { query: { $filter: byName, $select: 'id,appId' } });
    return all.map(({ appId }) => readId(ClientId, appId)).toSorted();
  });
  if (reader.state !== 'known')
    return { exists: reader, named, trust: { owners: reader, powers: reader, grants: reader } };
  const trust = await readTrust(directory, reader.value, read);
  return { exists: known(reader.value !== undefined), named, trust };
}
