import pMap from 'p-map';
import { isProperties, mappingsIn, type Properties, textOf } from '../../../../provider/values';
import { ObjectId, readId } from '../../../estate/source/ids';
import type {
  TenantAssignment,
  TenantGroup,
  TenantJob,
  TenantMapping,
  WorkforceTenant,
} from '../../facts/tenant-facts';
import type { Reading } from '../../reading';
import type { SignInPolicy } from '../../facts/workforce-facts';
import { type Directory, readGraph } from '../directory';
import { readOwners, settingsOf } from '../read-group-settings';
import { readClaims } from '../read-application';
import { readJobs } from '../read-provisioning';
import { readSignInPolicies } from '../read-sign-in-policies';
import { readTrust } from '../read-trust';
import { chooseSamlApplication, type SamlTemplates } from './find-saml-application';
import { needed } from './tenant-error';

type Graph = Directory['context']['graph'];

export interface WorkforceTenantOptions {
  readonly templates: SamlTemplates;
  /** Display name, client id or object id of the application. @default the only one for AWS */
  readonly application?: string | undefined;
  readonly concurrency: number;
  readonly onProgress: (text: string) => void;
}

/** Reads what a tenant has of the way to AWS. @throws TenantError if what an estate can't do without can't be read */
export async function readWorkforceTenant(
  directory: Directory,
  { templates, application: wanted, concurrency, onProgress }: WorkforceTenantOptions,
): Promise<WorkforceTenant> {
  const { tenantId, context } = directory;
  const { graph } = context;
  onProgress('the AWS application in Entra ID');
  const application = needed(
    await readGraph('Application.Read.All', () => chooseSamlApplication(directory, templates, wanted)),
    'applications',
    tenantId,
  );
  const path = `/v1.0/servicePrincipals/${application.servicePrincipalId}`;
  const [assigned, trust, claims, jobs, policies] = await Promise.all([
    readGraph('Application.Read.All', () => readAssignments(graph, path)),
    readTrust(directory, application, readGraph),
    readGraph('Policy.Read.All', () => readClaims(directory, application.servicePrincipalId)),
    readGraph('Synchronization.Read.All', () => withMappings(directory, application.servicePrincipalId)),
    readGraph('Policy.Read.All', () => readSignInPolicies(directory)),
  ]);
  const assignments = needed(assigned, `the assignments of '${application.displayName}'`, tenantId);
  onProgress('groups in Entra ID');
  const ids = groupIdsIn(assignments, policies, application.appId);
  const groups = await readGraph('Group.Read.All', () => readGroups(graph, ids, concurrency));
  return {
    ...{ tenantId, application, trust, assignments, claims, jobs, policies },
    groups: needed(groups, 'groups', tenantId),
  };
}

async function readAssignments(graph: Graph, path: string): Promise<readonly TenantAssignment[]> {
  const found = await graph.list(`${path}/appRoleAssignedTo`, { query: { $top: '999' } });
  return found.map(({ id, principalType, principalId, principalDisplayName, appRoleId }) => ({
    id: textOf(id),
    principalType: textOf(principalType),
    principalId: readId(ObjectId, principalId),
    principalName: textOf(principalDisplayName),
    roleId: textOf(appRoleId),
  }));
}

/** Groups that are assigned, and those that policies for this application leave out. */
function groupIdsIn(
  assignments: readonly TenantAssignment[],
  policies: Reading<readonly SignInPolicy[]>,
  appId: string,
): readonly ObjectId[] {
  const about = policies.state === 'known' ? policies.value.filter((one) => one.applications.includes(appId)) : [];
  const left = about.flatMap(({ excludedGroups }) => excludedGroups).map((id) => readId(ObjectId, id));
  const assigned = assignments.filter(({ principalType }) => principalType === 'Group').map((one) => one.principalId);
  return [...new Set([...assigned, ...left])];
}

async function readGroups(
  graph: Graph,
  ids: readonly ObjectId[],
  concurrency: number,
): Promise<readonly TenantGroup[]> {
  const found = await pMap(ids, (id) => graph.find(`/v1.0/groups/${id}`), { concurrency });
  return pMap(
    found.filter((group) => group !== undefined),
    async (group) => {
      const displayName = textOf(group['displayName']);
      const $filter = `displayName eq '${displayName.replaceAll("'", "''")}'`;
      const namesakes = await graph.list('/v1.0/groups', { query: { $filter, $select: 'id' } });
      const id = textOf(group['id']);
      const [owners, members] = await Promise.all([
        readOwners(graph, id),
        graph.list(`/beta/groups/${id}/members`, { query: { $select: 'id', $top: '999' } }),
      ]);
      return groupOf(group, { namesakes: namesakes.length, owners, members });
    },
    { concurrency },
  );
}

interface AroundGroup {
  readonly namesakes: number;
  readonly owners: readonly Properties[];
  readonly members: readonly Properties[];
}

function groupOf(group: Properties, { namesakes, owners, members }: AroundGroup): TenantGroup {
  const nested = members.filter((member) => member['@odata.type'] === '#microsoft.graph.group');
  return {
    id: readId(ObjectId, group['id']),
    displayName: textOf(group['displayName']),
    description: textOf(group['description']),
    foreign: foreignOf(group),
    settings: settingsOf(group, owners),
    nested: nested.map(({ id }) => readId(ObjectId, id)),
    hasDirectMembers: nested.length < members.length,
    namesakes,
  };
}

function foreignOf(group: Properties): string | undefined {
  if (group['onPremisesSyncEnabled'] === true) return 'synchronized from on-premises';
  const isPlain = group['mailEnabled'] !== true && group['securityEnabled'] === true;
  return isPlain ? undefined : 'no plain security group';
}

async function withMappings(directory: Directory, servicePrincipalId: ObjectId): Promise<readonly TenantJob[]> {
  const jobs = await readJobs(directory, servicePrincipalId);
  const at = `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization`;
  const schemaAt = (path: string) => directory.context.graph.send({ method: 'GET', path: `${at}/${path}/schema` });
  return Promise.all(
    jobs.map(async (job) => {
      const [schema, template] = await Promise.all([
        schemaAt(`jobs/${encodeURIComponent(job.id)}`),
        schemaAt(`templates/${encodeURIComponent(job.templateId)}`),
      ]);
      return { ...job, mappings: differences(schema, template) };
    }),
  );
}

/** Mappings of users that a job has other than its template, and those that it lacks. */
function differences(schema: Properties, template: Properties): readonly TenantMapping[] {
  const [own, usual] = [mappingsOf(schema), mappingsOf(template)];
  const gone = [...usual.keys()].filter((target) => !own.has(target)).map((target) => ({ target, source: undefined }));
  const changed = [...own]
    .filter(([target, source]) => usual.get(target)?.expression !== source.expression)
    .map(([target, { attribute }]) => ({ target, source: attribute }));
  return [...changed, ...gone];
}

interface Source {
  readonly expression: string;
  readonly attribute: string | undefined;
}

function mappingsOf(schema: Properties): ReadonlyMap<string, Source> {
  const mappings = mappingsIn(schema['synchronizationRules'])
    .flatMap((rule) => mappingsIn(rule['objectMappings']))
    .filter(({ sourceObjectName }) => sourceObjectName === 'User')
    .flatMap((mapping) => mappingsIn(mapping['attributeMappings']));
  return new Map(mappings.map(({ targetAttributeName, source }) => [textOf(targetAttributeName), sourceOf(source)]));
}

function sourceOf(source: Properties[string] | undefined): Source {
  const { type, name, expression }: Properties = isProperties(source) ? source : {};
  return {
    expression: textOf(expression).replaceAll(/\s/g, ''),
    attribute: type === 'Attribute' ? textOf(name) : undefined,
  };
}
