import pMap from 'p-map';
import { mappingsIn, type Properties, textOf } from '../../../../provider/values';
import type { StackState, StateResource } from '../../pulumi/stack-state';
import { textsOf } from '../directory';
import { hasMembers, isApplied } from './find-object';
import {
  byAge,
  type Graph,
  isNear,
  isOfRun,
  listNamed,
  madeAt,
  ownerNames,
  ownership,
  type Seeker,
} from './named-objects';

/** Kinds of objects that may stand in a directory twice, in the words of its portals. */
export type ObjectKind =
  | 'application'
  | 'claims mapping policy'
  | 'client secret'
  | 'Conditional Access policy'
  | 'enterprise application'
  | 'group'
  | 'provisioning job';

/** An object that a program did not mean to make, or whose name it shares. */
export interface SpareObject {
  readonly kind: ObjectKind;
  readonly name: string;
  /** Its id; of a client secret, the id of the key. */
  readonly id: string;
  /** Ids of what the stack has by that name; none for what azuread gave a name of its own while it made it. */
  readonly ours: readonly string[];
  /** Moment of its creation as Graph writes it; undefined where Graph has none. */
  readonly created: string | undefined;
  /** Reason why only a person may delete it, as the end of a sentence. */
  readonly kept?: string;
  /** Reason why a person must be asked about this very one, as the end of a sentence. */
  readonly doubt?: string;
  /** True of a client secret that a run of the stack made, and whose value was lost with the run. */
  readonly isLost?: true;
  /** Request that deletes it. */
  readonly removal: { readonly method: 'DELETE' | 'POST'; readonly path: string; readonly body?: Properties };
}

interface Candidate extends SpareObject {
  /** Of an application and of its enterprise application. */
  readonly clientId?: string;
}

/** Last part of an id that is a path. */
export const lastPart = (id: string | undefined): string | undefined => id?.split('/').at(-1);

/**
 * Finds objects that share a name with those of a stack, and what azuread left half made: the answer to a request may get lost
 * after the request took effect, and azuread then sends it again.
 *
 * @param types types of resources that the program declares: no more is read than these take
 * @throws GraphError
 */
export async function findSpareObjects(
  { graph, caller }: Seeker,
  state: StackState,
  types: ReadonlySet<string>,
): Promise<readonly SpareObject[]> {
  const kinds = [GROUPS, APPLICATIONS, PRINCIPALS, CONDITIONAL_ACCESS, CLAIMS];
  const found = [
    ...(await pMap(kinds, (kind) => spareOf(graph, state, kind), { concurrency: 1 })),
    await unfinished(graph, state, types),
    // A stack that keeps the secrets that there are declares none.
    await spareSecrets(graph, state, types.has(PASSWORD) ? applicationsOf(state) : []),
    await spareJobs(graph, state),
  ];
  const all = found.flat();
  // An enterprise application goes with its registration.
  const clients = new Set(all.flatMap(({ kind, clientId }) => (kind === 'application' ? [clientId] : [])));
  const rest = all.filter(({ kind, clientId }) => kind !== 'enterprise application' || !clients.has(clientId));
  const owners = ownerNames([caller, ...state.resources.flatMap(({ outputs }) => textsOf(outputs['owners']))]);
  return Promise.all(rest.map((one) => withDoubts(graph, one, owners)));
}

function applicationsOf({ resources }: StackState): readonly KnownApplication[] {
  return resources.flatMap((resource) => {
    const objectId = APPLICATIONS.idsIn(resource);
    return objectId === undefined ? [] : [{ objectId, createdAt: resource.createdAt }];
  });
}

/** Objects that go by a display name. */
interface NamedKind {
  readonly kind: ObjectKind;
  /** Path in Graph. */
  readonly path: string;
  readonly idsIn: (resource: StateResource) => string | undefined;
}

/** @param types of its resources, with the output that is the id. @default the last part of the resource's own id */
function namedKind(kind: ObjectKind, path: string, types: Readonly<Record<string, string | undefined>>): NamedKind {
  return {
    ...{ kind, path },
    idsIn: ({ type, id, outputs }) => {
      if (!Object.hasOwn(types, type)) return undefined;
      const output = types[type];
      return output === undefined ? lastPart(id) : textOf(outputs[output]);
    },
  };
}

const GROUPS = namedKind('group', 'groups', { 'azuread:index/group:Group': undefined });
const APPLICATIONS = namedKind('application', 'applications', {
  'azuread:index/application:Application': undefined,
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': 'applicationObjectId',
});
const PRINCIPALS = namedKind('enterprise application', 'servicePrincipals', {
  'azuread:index/servicePrincipal:ServicePrincipal': undefined,
});
const CONDITIONAL_ACCESS = namedKind('Conditional Access policy', 'identity/conditionalAccess/policies', {
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': undefined,
});
const CLAIMS = namedKind('claims mapping policy', 'policies/claimsMappingPolicies', {
  'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': undefined,
});

async function spareOf(graph: Graph, { resources }: StackState, named: NamedKind): Promise<readonly Candidate[]> {
  const own = resources.flatMap((resource) => {
    const id = named.idsIn(resource);
    const name = textOf(resource.outputs['displayName']) || textOf(resource.inputs['displayName']);
    return id === undefined || name === '' ? [] : [{ id, name }];
  });
  const all: Candidate[] = [];
  for (const [name, ours] of Map.groupBy(own, (one) => one.name)) {
    const ids = ours.map(({ id }) => id);
    const isOurs = (object: Properties): boolean => ids.includes(textOf(object['id']));
    const objects = await listNamed(graph, named.path, name);
    const made = objects.filter(isOurs).map(madeAt);
    const others = byAge(objects.filter((object) => !isOurs(object)));
    all.push(
      ...others.map((object) => ({
        ...candidate(named, object, { name, ours: ids }),
        ...(Number.isNaN(madeAt(object))
          ? { doubt: 'Graph does not tell when it was made' }
          : !made.some((at) => isNear(at, madeAt(object))) && { kept: 'it was not made within a day of ours' }),
      })),
    );
  }
  return all;
}

function candidate(
  { kind, path }: Pick<NamedKind, 'kind' | 'path'>,
  object: Properties,
  { name, ours }: Pick<Candidate, 'name' | 'ours'>,
): Candidate {
  const [id, clientId] = [textOf(object['id']), textOf(object['appId'])];
  return {
    ...{ kind, name, id, ours },
    created: textOf(object['createdDateTime']) || undefined,
    ...(clientId !== '' && { clientId }),
    removal: { method: 'DELETE', path: `/v1.0/${path}/${id}` },
  };
}

/**
 * Azuread renames what it has just made to this and back, to see whether it is there; a run that is killed in between leaves it
 * so. Source: terraform-provider-azuread, `tempDisplayName` of groups and applications.
 */
const UNFINISHED = 'TERRAFORM_UPDATE_';

const UNFINISHED_KINDS = [
  { named: GROUPS, type: 'azuread:index/group:Group' },
  { named: APPLICATIONS, type: 'azuread:index/application:Application' },
] as const;

async function unfinished(
  graph: Graph,
  { resources, savedAt }: StackState,
  types: ReadonlySet<string>,
): Promise<readonly Candidate[]> {
  const all: Candidate[] = [];
  for (const { named, type } of UNFINISHED_KINDS) {
    if (!types.has(type)) continue;
    const ours = resources.map(named.idsIn);
    const query = { $filter: `startswith(displayName,'${UNFINISHED}')` };
    const objects = await graph.list(`/v1.0/${named.path}`, { query });
    const others = byAge(objects.filter(({ id }) => !ours.includes(textOf(id))));
    all.push(
      ...others.map((object) => ({
        ...candidate(named, object, { name: textOf(object['displayName']), ours: [] }),
        ...(!isOfRun(madeAt(object), savedAt) && { kept: 'another program may be making it' }),
      })),
    );
  }
  return all;
}

/** Paths of objects that have owners. */
const OWNED: Readonly<Partial<Record<ObjectKind, string>>> = {
  group: GROUPS.path,
  application: APPLICATIONS.path,
  'enterprise application': PRINCIPALS.path,
};

/** Keeps what somebody else made or uses: a program makes groups without members, and uses the policy that its stack has. */
async function withDoubts(graph: Graph, spare: SpareObject, owners: ReadonlySet<string>): Promise<SpareObject> {
  if (spare.kind === 'group' && (await hasMembers(graph, spare.id))) return { ...spare, kept: 'it has members' };
  const path = OWNED[spare.kind];
  if (path !== undefined && spare.kept === undefined) {
    const standing = await ownership(graph, `${path}/${spare.id}`, owners);
    // Graph may give an application that was made from a template no owner.
    const isOurs = standing === 'own' || (standing === 'none' && spare.kind === 'application');
    return isOurs ? spare : { ...spare, kept: 'the identity that deploys does not own it alone' };
  }
  const isUsed = spare.kind === 'claims mapping policy' && (await isApplied(graph, spare.id));
  return isUsed ? { ...spare, kept: 'it applies to an application' } : spare;
}

/** Names that the customers program gives to secrets: `even, until 2026-06-30`. One of a person has another. */
const SECRET_NAME = /^(even|odd), until \d{4}-\d{2}-\d{2}$/;
/** Type of a client secret. */
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';

/** An application of the stack, whose secrets are looked at. */
interface KnownApplication {
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
async function spareSecrets(
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
async function spareJobs(graph: Graph, { resources }: StackState): Promise<readonly Candidate[]> {
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
