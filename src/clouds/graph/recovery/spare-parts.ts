import { mappingsIn, type Properties, textOf } from '../../../../provider/values';
import type { StackState, StateResource } from '../../pulumi/stack-state';
import type { Graph } from './named-objects';
import { isNear, isOfRun } from './moment';
import { type Candidate, lastPart } from './spare-object';

/** Names that the customers program gives to secrets: `even, until 2026-06-30`. One of a person has another. */
const SECRET_NAME = /^(even|odd), until \d{4}-\d{2}-\d{2}$/;
/** Type of a client secret. */
export const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';

/** An application of the stack, whose secrets are looked at. */
export interface KnownApplication {
  readonly objectId: string;
  /** Moment at which the stack got it; not a number if that is unknown. */
  readonly createdAt: number;
}

/**
 * Secrets of the applications that the stack has no record of. A stack that has none of an application, was making none, and took the
 * application over after they were made leaves them to somebody else, or has lost its state: what is there may be in use.
 *
 * @throws GraphError
 */
export async function spareSecrets(
  graph: Graph,
  state: StackState,
  applications: readonly KnownApplication[],
): Promise<readonly Candidate[]> {
  const own = state.resources.filter(({ type }) => type === PASSWORD);
  const keys = own.map(({ id }) => lastPart(id) ?? '');
  const all: Candidate[] = [];
  for (const known of applications) {
    const application = await graph.find(`/v1.0/applications/${known.objectId}`);
    const isManaged = [...own, ...passwordsInMaking(state)].some(isOf(known));
    for (const secret of mappingsIn(application?.['passwordCredentials'])) {
      if (!SECRET_NAME.test(textOf(secret['displayName'])) || keys.includes(textOf(secret['keyId']))) continue;
      const isLost = wasLost(secret, known, state);
      if (!isManaged && !isLost) continue;
      const one = candidateOf(secret, known, state);
      all.push({
        ...one,
        name: `${textOf(application?.['displayName'])}: ${one.name}`,
        ours: keys,
        ...(isLost && { isLost }),
      });
    }
  }
  return all;
}

const passwordsInMaking = ({ pending }: StackState): readonly StateResource[] =>
  pending.map(({ resource }) => resource).filter(({ type }) => type === PASSWORD);

const isOf =
  ({ objectId }: KnownApplication) =>
  ({ inputs }: StateResource): boolean =>
    lastPart(textOf(inputs['applicationId'])) === objectId;

/** Tells whether the last run made a secret: the state has it among what was under way, or had the application before. */
function wasLost(secret: Properties, known: KnownApplication, state: StackState): boolean {
  const madeAt = Date.parse(textOf(secret['startDateTime']));
  const isUnderWay = passwordsInMaking(state)
    .filter(isOf(known))
    .some(({ inputs }) => textOf(inputs['displayName']) === textOf(secret['displayName']));
  return isOfRun(madeAt, state.savedAt) && (isUnderWay || madeAt >= known.createdAt);
}

function candidateOf(
  secret: Properties,
  { objectId }: KnownApplication,
  { savedAt }: StackState,
): Omit<Candidate, 'ours'> {
  const [keyId, created] = [textOf(secret['keyId']), textOf(secret['startDateTime'])];
  return {
    ...{ kind: 'client secret', name: textOf(secret['displayName']), id: keyId, created: created || undefined },
    ...(!isNear(Date.parse(created), savedAt) && {
      kept: 'it was not made within a day of the last run, and may be in use',
    }),
    removal: { method: 'POST', path: `/v1.0/applications/${objectId}/removePassword`, body: { keyId } },
  };
}

const JOB = 'azuread:index/synchronizationJob:SynchronizationJob';

/** Further provisioning jobs: two of one template provision the same people at once. @throws GraphError */
export async function spareJobs(graph: Graph, { resources }: StackState): Promise<readonly Candidate[]> {
  const all: Candidate[] = [];
  for (const { inputs, id } of resources.filter(({ type }) => type === JOB)) {
    const [principal, template, ours] = [
      textOf(inputs['servicePrincipalId']),
      textOf(inputs['templateId']),
      lastPart(id),
    ];
    const path = `/v1.0${principal}/synchronization/jobs`;
    const jobs = (await graph.list(path)).filter((job) => job['templateId'] === template && job['id'] !== ours);
    for (const job of jobs) {
      const jobId = textOf(job['id']);
      const removal = { method: 'DELETE', path: `${path}/${encodeURIComponent(jobId)}` } as const;
      const own = ours === undefined ? [] : [ours];
      const doubt = 'Graph does not tell when it was made';
      all.push({ kind: 'provisioning job', name: template, id: jobId, ours: own, created: undefined, doubt, removal });
    }
  }
  return all;
}
