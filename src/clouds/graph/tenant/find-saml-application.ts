import { type Properties, textOf } from '../../../../provider/values';
import { GUID, SAML_ISSUER } from '../../../estate/sections/limits';
import { ClientId, readId } from '../../../estate/source/ids';
import type { SamlApplication } from '../../facts/application-facts';
import type { Directory } from '../directory';
import { applicationOf, findPrincipal, withCertificates } from '../read-application';
import { textsOf } from '../texts';
import { TenantError } from './tenant-error';

type Graph = Directory['context']['graph'];

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
  const principal = await findPrincipal(context.graph, readId(ClientId, application['appId']));
  const name = textOf(application['displayName']);
  const saml = await withCertificates(directory, applicationOf(application, principal));
  if (saml === undefined) throw new TenantError(`the application '${name}' has no service principal`);
  return saml;
}

async function listCandidates(graph: Graph, { gallery, nonGallery }: SamlTemplates): Promise<readonly Properties[]> {
  const [own, any] = await Promise.all(
    [gallery, nonGallery].map((id) => listBy(graph, `applicationTemplateId eq '${id}'`)),
  );
  return [...(own ?? []), ...(any ?? []).filter(isForAws)];
}

async function listNamed(graph: Graph, wanted: string): Promise<readonly Properties[]> {
  const byName = await listBy(graph, `displayName eq '${wanted.replaceAll("'", "''")}'`);
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
