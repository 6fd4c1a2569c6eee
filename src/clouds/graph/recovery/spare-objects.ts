import { type Properties, textOf } from '../../../../provider/values';
import type { StateResource, StackState } from '../../pulumi/stack-state';
import { textsOf } from '../texts';
import { hasMembers } from './find-owned';
import { byAge, type Graph, listNamed, ownerNames, type Seeker } from './named-objects';
import { ownership } from './ownership';
import { isNear, isOfRun, madeAt } from './moment';
import { type Candidate, lastPart, type ObjectKind, type SpareObject } from './spare-object';
import { type KnownApplication, PASSWORD, spareJobs, spareSecrets } from './spare-parts';

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
  const found = [
    await spareOf(graph, state, GROUPS),
    await spareOf(graph, state, APPLICATIONS),
    await spareOf(graph, state, PRINCIPALS),
    await spareOf(graph, state, CONDITIONAL_ACCESS),
    await spareOf(graph, state, CLAIMS),
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
  readonly listNamed: (graph: Graph, name: string) => Promise<readonly Properties[]>;
}

/** Ids of the resources of these types; the last part of the id, unless an output has it. */
const idsOf =
  (types: Readonly<Record<string, string | undefined>>): NamedKind['idsIn'] =>
  ({ type, id, outputs }) => {
    if (!Object.hasOwn(types, type)) return undefined;
    const output = types[type];
    return output === undefined ? lastPart(id) : textOf(outputs[output]);
  };

const filtered =
  (path: string): NamedKind['listNamed'] =>
  (graph, name) =>
    listNamed(graph, path, name);

/** Policies are few, and not all of them can be filtered. */
const listed =
  (path: string): NamedKind['listNamed'] =>
  async (graph, name) =>
    (await graph.list(`/v1.0/${path}`)).filter(({ displayName }) => displayName === name);

const GROUPS: NamedKind = {
  kind: 'group',
  path: 'groups',
  idsIn: idsOf({ 'azuread:index/group:Group': undefined }),
  listNamed: filtered('groups'),
};
const APPLICATIONS: NamedKind = {
  kind: 'application',
  path: 'applications',
  idsIn: idsOf({
    'azuread:index/application:Application': undefined,
    'azuread:index/applicationFromTemplate:ApplicationFromTemplate': 'applicationObjectId',
  }),
  listNamed: filtered('applications'),
};
const PRINCIPALS: NamedKind = {
  kind: 'enterprise application',
  path: 'servicePrincipals',
  idsIn: idsOf({ 'azuread:index/servicePrincipal:ServicePrincipal': undefined }),
  listNamed: filtered('servicePrincipals'),
};
const CONDITIONAL_ACCESS: NamedKind = {
  kind: 'Conditional Access policy',
  path: 'identity/conditionalAccess/policies',
  idsIn: idsOf({ 'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': undefined }),
  listNamed: listed('identity/conditionalAccess/policies'),
};
const CLAIMS: NamedKind = {
  kind: 'claims mapping policy',
  path: 'policies/claimsMappingPolicies',
  idsIn: idsOf({ 'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': undefined }),
  listNamed: listed('policies/claimsMappingPolicies'),
};

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
    const objects = await named.listNamed(graph, name);
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
  group: '/beta/groups',
  application: '/v1.0/applications',
  'enterprise application': '/v1.0/servicePrincipals',
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
  if (spare.kind !== 'claims mapping policy') return spare;
  const applied = await graph.list(`/v1.0/${CLAIMS.path}/${spare.id}/appliesTo`);
  return applied.length === 0 ? spare : { ...spare, kept: 'it applies to an application' };
}
