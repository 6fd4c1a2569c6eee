import pMap from 'p-map';
import type { ObjectId } from '../../estate/source/ids';
import type { AwsApplication } from '../../estate/sections/workforce/workforce';
import { failed, type Reading, type Unread, within } from '../reading';
import { readMetadata, readSignInError } from './web/read-saml';
import type { SamlApplication } from '../facts/application-facts';
import type { WorkforceFacts } from '../facts/workforce-facts';
import { type Directory, readGraph } from './directory';
import { findSamlApplication, readClaims } from './read-application';
import { readAssigned } from './read-assigned';
import { readGroupSettings } from './read-group-settings';
import { policiesAbout, readNamed } from './read-named';
import { readJobs, readUserMappings } from './read-provisioning';
import { readSignInPolicies } from './read-sign-in-policies';
import { readTrust } from './read-trust';

export interface WorkforceOptions {
  readonly concurrency: number;
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
  readonly onProgress: (text: string) => void;
}

/** Reads what Entra ID has of the way to AWS. */
export async function gatherWorkforce(
  directory: Directory,
  wanted: AwsApplication,
  { timeoutSeconds, onProgress, concurrency }: WorkforceOptions,
): Promise<WorkforceFacts> {
  const read = <T>(permission: string, task: () => Promise<T>): Promise<Reading<T>> =>
    within(timeoutSeconds, readGraph(permission, task));
  onProgress('the AWS application in Entra ID');
  const { displayName, saml } = wanted;
  const application = await read('Application.Read.All', () =>
    findSamlApplication(directory, { displayName, identifier: saml.identifier }),
  );
  const [signInPolicies, signInError] = await Promise.all([
    read('Policy.Read.All', () => readSignInPolicies(directory)),
    read('', () => readSignInError(directory, wanted)),
  ]);
  const found = application.state === 'known' ? application.value : undefined;
  const policies = policiesAbout(signInPolicies, found?.appId);
  const named = await read(NAMED, () => readNamed(directory, { groups: groupNames(wanted), policies, concurrency }));
  const trust = await readTrust(directory, found, read);
  if (found === undefined) {
    const none = application.state === 'known' ? failed(`there is no application '${displayName}'`) : application;
    return { application, trust, signInPolicies, named, signInError, ...nothingBut(none) };
  }
  onProgress('groups and provisioning in Entra ID');
  const parts = await readParts(directory, found, { read, concurrency });
  return { application, trust, signInPolicies, named, signInError, ...parts };
}

type ApplicationParts = Pick<
  WorkforceFacts,
  'metadata' | 'claims' | 'assigned' | 'groupSettings' | 'jobs' | 'userMappings'
>;

/** Parts of an application that is not there, or could not be read. */
function nothingBut(none: Unread): ApplicationParts {
  return { metadata: none, claims: none, assigned: none, groupSettings: none, jobs: none, userMappings: none };
}

/** Reads a part of the directory, with the permission that it needs, within the time of a part. */
type ReadPart = <T>(permission: string, task: () => Promise<T>) => Promise<Reading<T>>;

async function readParts(
  directory: Directory,
  found: SamlApplication,
  { read, concurrency }: { readonly read: ReadPart; readonly concurrency: number },
): Promise<ApplicationParts> {
  const id = found.servicePrincipalId;
  const [metadata, claims, assigned, jobs] = await Promise.all([
    read('', () => readMetadata(directory, found.appId)),
    read('Policy.Read.All', () => readClaims(directory, id)),
    read('Application.Read.All, GroupMember.Read.All and User.Read.All', () =>
      readAssigned(directory, id, { concurrency }),
    ),
    read('Synchronization.Read.All', () => readJobs(directory, id)),
  ]);
  const userMappings = await readMappings(jobs, (jobId) =>
    read('Synchronization.Read.All', () => readUserMappings(directory, id, jobId)),
  );
  const groupSettings = await readSettings(assigned, (groups) =>
    read('Group.Read.All and User.ReadBasic.All', async () => {
      const settingsOf = async (group: ObjectId) =>
        [group, await readGroupSettings(directory.context.graph, group)] as const;
      const all = await pMap(groups, settingsOf, { concurrency });
      return new Map(all.flatMap(([group, one]) => (one === undefined ? [] : [[group, one] as const])));
    }),
  );
  return { metadata, claims, assigned, groupSettings, jobs, userMappings };
}

function groupNames({ assignedGroups, conditionalAccess }: AwsApplication): readonly string[] {
  return [...assignedGroups, ...(conditionalAccess?.excludedGroups ?? [])].map(({ name }) => name);
}

async function readSettings(
  assigned: WorkforceFacts['assigned'],
  read: (groups: readonly ObjectId[]) => Promise<WorkforceFacts['groupSettings']>,
): Promise<WorkforceFacts['groupSettings']> {
  return assigned.state === 'known' ? read(assigned.value.groups.map(({ id }) => id)) : assigned;
}

/** Permissions to read the groups and people that policies name. */
export const NAMED = 'GroupMember.Read.All and User.Read.All';

async function readMappings(
  jobs: WorkforceFacts['jobs'],
  read: (jobId: string) => Promise<WorkforceFacts['userMappings']>,
): Promise<WorkforceFacts['userMappings']> {
  if (jobs.state !== 'known') return jobs;
  const [job] = jobs.value;
  return job === undefined ? failed('there is no provisioning job') : read(job.id);
}
