import { type Properties, textOf } from '../../../../provider/values';
import type { StateResource, StackState } from '../../pulumi/stack-state';
import { hasMembers } from './find-object';
import { byAge, type Graph, listNamed } from './named-objects';
import { isNear, madeAt } from './moment';
import { type Candidate, lastPart, type ObjectKind, type SpareObject } from './spare-object';
import { spareJobs, spareSecrets } from './spare-parts';

/**
 * Finds objects that share a name with those of a stack, and what azuread left half made: the answer to a request may get lost
 * after the request took effect, and azuread then sends it again.
 *
 * @param types types of resources that the program declares: no more is read than these take
 * @throws GraphError
 */
export async function findSpareObjects(
  graph: Graph,
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
    await spareSecrets(graph, state, idsOfAll(state, APPLICATIONS)),
    await spareJobs(graph, state),
  ];
  const all = found.flat();
  // An enterprise application goes with its registration.
  const clients = new Set(all.flatMap(({ kind, clientId }) => (kind === 'application' ? [clientId] : [])));
  const rest = all.filter(({ kind, clientId }) => kind !== 'enterprise application' || !clients.has(clientId));
  return Promise.all(rest.map((one) => withDoubts(graph, one)));
}

const idsOfAll = ({ resources }: StackState, { idsIn }: NamedKind): readonly string[] =>
  resources.map(idsIn).filter((id) => id !== undefined);

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
/** Longest time from the last write of the state to what its run made last. */
const LAST_STEP_MS = 900_000;

/** True of what the last run of the stack may have made: other programs give their own new objects such names, too. */
function isOfRun(made: number, savedAt: number): boolean {
  return isNear(made, savedAt) && made < savedAt + LAST_STEP_MS;
}

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

/** Keeps what somebody uses: a program makes groups without members, and uses the policy that its stack has. */
async function withDoubts(graph: Graph, spare: SpareObject): Promise<SpareObject> {
  if (spare.kind === 'group' && (await hasMembers(graph, spare.id))) return { ...spare, kept: 'it has members' };
  if (spare.kind !== 'claims mapping policy') return spare;
  const applied = await graph.list(`/v1.0/${CLAIMS.path}/${spare.id}/appliesTo`);
  return applied.length === 0 ? spare : { ...spare, kept: 'it applies to an application' };
}
