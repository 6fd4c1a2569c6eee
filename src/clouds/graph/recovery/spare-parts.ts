import { mappingsIn, textOf } from '../../../../provider/values';
import type { StackState } from '../../pulumi/stack-state';
import type { Graph } from './named-objects';
import { isNear } from './moment';
import { type Candidate, lastPart } from './spare-object';

/** Names that the customers program gives to secrets: `even, until 2026-06-30`. One of a person has another. */
const SECRET_NAME = /^(even|odd), until \d{4}-\d{2}-\d{2}$/;
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';

/**
 * Secrets of the applications that the stack has no record of. A stack that has none and was making none leaves secrets to somebody
 * else, or has lost its state: what is there may be in use.
 *
 * @param applications their object ids
 * @throws GraphError
 */
export async function spareSecrets(
  graph: Graph,
  { resources, pending, savedAt }: StackState,
  applications: readonly string[],
): Promise<readonly Candidate[]> {
  const own = resources.filter(({ type }) => type === PASSWORD);
  const keys = own.map(({ id }) => lastPart(id) ?? '');
  const managed = new Set(
    [...own, ...pending.map(({ resource }) => resource).filter(({ type }) => type === PASSWORD)].map(({ inputs }) =>
      lastPart(textOf(inputs['applicationId'])),
    ),
  );
  const all: Candidate[] = [];
  for (const id of applications.filter((one) => managed.has(one))) {
    const application = await graph.find(`/v1.0/applications/${id}`);
    const secrets = mappingsIn(application?.['passwordCredentials']).filter(
      ({ displayName, keyId }) => SECRET_NAME.test(textOf(displayName)) && !keys.includes(textOf(keyId)),
    );
    for (const secret of secrets) {
      const keyId = textOf(secret['keyId']);
      all.push({
        kind: 'client secret',
        name: `${textOf(application?.['displayName'])}: ${textOf(secret['displayName'])}`,
        id: keyId,
        ours: keys,
        created: textOf(secret['startDateTime']) || undefined,
        ...(!isNear(Date.parse(textOf(secret['startDateTime'])), savedAt) && {
          kept: 'it was not made within a day of the last run, and may be in use',
        }),
        removal: { method: 'POST', path: `/v1.0/applications/${id}/removePassword`, body: { keyId } },
      });
    }
  }
  return all;
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
