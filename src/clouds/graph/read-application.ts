import { certificatesOf, findSigner } from '../../../provider/saml/credentials';
import { type Properties, textOf } from '../../../provider/values';
import { ClientId, ObjectId, readId } from '../../estate/source/ids';
import type { ApplicationFacts } from '../facts/workforce-facts';
import type { Directory } from './directory';
import { textsOf } from './texts';

/** Finds the enterprise application by its name; of several the one with the identifier. @throws GraphError */
export async function readApplication(
  { context }: Directory,
  wanted: { readonly displayName: string; readonly identifier: string },
): Promise<ApplicationFacts | undefined> {
  const $filter = `displayName eq '${wanted.displayName.replaceAll("'", "''")}'`;
  const found = await context.graph.list('/v1.0/applications', { query: { $filter } });
  const application =
    found.find(({ identifierUris }) => textsOf(identifierUris).includes(wanted.identifier)) ?? found[0];
  if (application === undefined) return undefined;
  const appId = readId(ClientId, application['appId']);
  const principal = await findPrincipal(context.graph, appId);
  if (principal === undefined) return undefined;
  const id = readId(ObjectId, principal['id']);
  const signer = await findSigner(context, id);
  return {
    appId,
    objectId: readId(ObjectId, application['id']),
    namesakes: found.filter((one) => one !== application).map((one) => readId(ClientId, one['appId'])),
    servicePrincipalId: id,
    mode: signer?.mode,
    signOnUrl: textOf(principal['loginUrl']),
    assignmentRequired: principal['appRoleAssignmentRequired'] === true,
    isEnabled: principal['accountEnabled'] !== false,
    identifiers: textsOf(application['identifierUris']),
    replyUrls: textsOf(principal['replyUrls']),
    certificates: signer === undefined ? [] : certificatesOf(signer),
    activeThumbprint: signer?.activeThumbprint,
  };
}

/** The service principal of an application. @throws GraphError */
export async function findPrincipal(
  graph: Directory['context']['graph'],
  appId: ClientId,
): Promise<Properties | undefined> {
  const [principal] = await graph.list('/v1.0/servicePrincipals', { query: { $filter: `appId eq '${appId}'` } });
  return principal;
}

/** Definitions of the claims mapping policies of an application. @throws GraphError */
export async function readClaims({ context }: Directory, servicePrincipalId: ObjectId): Promise<readonly string[]> {
  const path = `/v1.0/servicePrincipals/${servicePrincipalId}/claimsMappingPolicies`;
  const policies = await context.graph.list(path);
  return policies.flatMap(({ definition }) => textsOf(definition));
}
