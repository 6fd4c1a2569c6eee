import { default as pMap } from 'p-map';
import { bare } from '../../../../provider/synchronization/edit-schema';
import { type Properties, textOf } from '../../../../provider/values';
import { GUID, SAML_ISSUER } from '../../../estate/sections/limits';
import { ObjectId, readId } from '../../../estate/source/ids';
import type { SamlApplication } from '../../facts/trust-facts';
import type { TenantGroup, TenantJob, WorkforceTenant } from '../../facts/tenant-facts';
import type { RoleAssignment, SignInPolicy, UserMapping } from '../../facts/workforce-facts';
import type { Reading, ReadingOptions } from '../../reading';
import { type Directory, isNamed, needed, readGraph, TenantError, textsOf } from '../directory';
import { readApplication, readClaims, withCertificates } from '../read-application';
import { readAssignments, readGroup } from '../read-groups';
import { jobPath, readJobs, readUserMappings } from '../read-provisioning';
import { readSignInPolicies } from '../read-sign-in-policies';
import { readTrust } from '../read-trust';

/** Templates that an application for IAM Identity Center is made from. */
export interface SamlTemplates {
  /** AWS's own: every application of it is a candidate. */
  readonly gallery: string;
  /** Any application: one with an identifier of Identity Center is a candidate. */
  readonly nonGallery: string;
}

/**
 * Finds the enterprise application for AWS IAM Identity Center: by its template, or the one that is named by its display name,
 * client id or object id.
 *
 * @throws TenantError if there is none, or several and none is named
 * @throws GraphError
 */
export async function chooseSamlApplication(
  directory: Directory,
  templates: SamlTemplates,
  wanted: string | undefined,
): Promise<SamlApplication> {
  const { context, tenantId } = directory;
  const found = await (wanted === undefined
    ? listCandidates(context.graph, templates)
    : listNamed(context.graph, wanted));
  const [application, ...others] = preferred(found);
  if (application === undefined) throw new TenantError(noneFound(tenantId, wanted));
  if (others.length > 0) throw new TenantError(severalFound([application, ...others], wanted));
  const chosen = await readApplication(context.graph, application);
  const saml = await withCertificates(directory, chosen);
  if (saml === undefined) throw new TenantError(`the application '${chosen.displayName}' has no service principal`);
  return saml;
}

async function listCandidates(graph: Graph, { gallery, nonGallery }: SamlTemplates): Promise<readonly Properties[]> {
  const [own, any] = await Promise.all(
    [gallery, nonGallery].map((id) => listBy(graph, `applicationTemplateId eq '${id}'`)),
  );
  return [...(own ?? []), ...(any ?? []).filter(isForAws)];
}

async function listNamed(graph: Graph, wanted: string): Promise<readonly Properties[]> {
  const byName = await listBy(graph, isNamed(wanted));
  if (byName.length > 0 || !GUID.test(wanted)) return byName;
  const byClient = await listBy(graph, `appId eq '${wanted}'`);
  if (byClient.length > 0) return byClient;
  const byObject = await graph.find(`/v1.0/applications/${wanted}`);
  return byObject === undefined ? [] : [byObject];
}

function listBy(graph: Graph, $filter: string): Promise<readonly Properties[]> {
  return graph.list('/v1.0/applications', { query: { $filter } });
}

/** Of several those that Identity Center knows by their identifiers, if that leaves any. */
function preferred(found: readonly Properties[]): readonly Properties[] {
  const known = found.filter(isForAws);
  return known.length > 0 ? known : found;
}

function isForAws({ identifierUris }: Properties): boolean {
  return textsOf(identifierUris).some((uri) => SAML_ISSUER.test(uri));
}

function noneFound(tenantId: string, wanted: string | undefined): string {
  return wanted === undefined
    ? `the directory ${tenantId} has no application of AWS IAM Identity Center's template, and none with its identifier; ` +
        'name yours by --application NAME or its id'
    : `the directory ${tenantId} has no application '${wanted}'; --application must be a display name, a client id or an object id`;
}

function severalFound(found: readonly Properties[], wanted: string | undefined): string {
  const lines = found.map(
    ({ displayName, appId, identifierUris }) =>
      `  ${textOf(appId)}  ${textOf(displayName)}  ${textsOf(identifierUris).join(' ') || 'without an identifier'}`,
  );
  const what = wanted === undefined ? 'are for AWS IAM Identity Center' : `go by the name '${wanted}'`;
  return [`${found.length} applications ${what}; choose one by --application ID:`, ...lines].join('\n');
}

type Graph = Directory['context']['graph'];

export interface WorkforceTenantOptions extends ReadingOptions {
  readonly templates: SamlTemplates;
  /** Display name, client id or object id of the application. @default the only one for AWS */
  readonly application?: string | undefined;
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
  const { servicePrincipalId } = application;
  const [assigned, trust, claims, jobs, policies] = await Promise.all([
    readGraph('Application.Read.All', () => readAssignments(graph, servicePrincipalId)),
    readTrust(directory, application, readGraph),
    readGraph('Policy.Read.All', () => readClaims(graph, servicePrincipalId)),
    readGraph('Synchronization.Read.All', () => withMappings(graph, servicePrincipalId)),
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

/** Groups that are assigned, and those that policies for this application leave out. */
function groupIdsIn(
  assignments: readonly RoleAssignment[],
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
  const groups = await pMap(ids, (id) => readTenantGroup(graph, id), { concurrency });
  return groups.filter((group) => group !== undefined);
}

async function readTenantGroup(graph: Graph, id: ObjectId): Promise<TenantGroup | undefined> {
  const group = await readGroup(graph, id);
  if (group === undefined) return undefined;
  const query = { $filter: isNamed(group.displayName), $select: 'id' };
  const [namesakes, members] = await Promise.all([
    graph.list('/v1.0/groups', { query }),
    graph.list(`/beta/groups/${id}/members`, { query: { $select: 'id', $top: '999' } }),
  ]);
  const nested = members.filter((member) => member['@odata.type'] === '#microsoft.graph.group');
  return {
    ...group,
    nested: nested.map((one) => readId(ObjectId, one['id'])),
    hasDirectMembers: nested.length < members.length,
    namesakes: namesakes.length,
  };
}

async function withMappings(graph: Graph, servicePrincipalId: ObjectId): Promise<readonly TenantJob[]> {
  const jobs = await readJobs(graph, servicePrincipalId);
  return Promise.all(
    jobs.map(async (job) => {
      const [own, usual] = await Promise.all(
        [jobPath(job.id), `templates/${encodeURIComponent(job.templateId)}`].map((of) =>
          readUserMappings(graph, servicePrincipalId, of),
        ),
      );
      return { ...job, mappings: differences(own ?? [], usual ?? []) };
    }),
  );
}

/** Mappings of users that a job has other than its template, and those that it lacks. */
function differences(own: readonly UserMapping[], usual: readonly UserMapping[]): TenantJob['mappings'] {
  const [has, had] = [own, usual].map((all) => new Map(all.map((one) => [one.target, bare(one.source)])));
  const gone = usual.filter(({ target }) => has?.has(target) === false);
  return [
    ...own.filter(({ target, source }) => had?.get(target) !== bare(source)),
    ...gone.map(({ target }) => ({ target, attribute: undefined })),
  ];
}
