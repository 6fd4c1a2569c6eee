import { certificatesOf, findSigner } from '../../../provider/saml/credentials';
import { type Properties, textOf } from '../../../provider/values';
import { applicationValues } from '../../estate/records/application-values';
import { ClientId, ObjectId, readId } from '../../estate/source/ids';
import type { ClaimsPolicy, FoundApplication, SamlApplication } from '../facts/trust-facts';
import { type Directory, isNamed, textsOf } from './directory';

type Graph = Directory['context']['graph'];

/** An application as Graph answers its two objects. */
export function applicationOf(application: Properties, servicePrincipal: Properties | undefined): FoundApplication {
  return {
    ...applicationValues({ application, servicePrincipal }),
    appId: readId(ClientId, application['appId']),
    objectId: readId(ObjectId, application['id']),
    servicePrincipalId: servicePrincipal && readId(ObjectId, servicePrincipal['id']),
    namesakes: [],
  };
}

/** Reads an application with its service principal. @throws GraphError */
export async function readApplication(graph: Graph, application: Properties): Promise<FoundApplication> {
  return applicationOf(application, await findPrincipal(graph, readId(ClientId, application['appId'])));
}

/** Finds an application by its name; of several the first that `isIt`, with the others as namesakes. @throws GraphError */
export async function findApplication(
  { context: { graph } }: Directory,
  displayName: string,
  isIt: (application: FoundApplication) => boolean,
): Promise<FoundApplication | undefined> {
  const found = await graph.list('/v1.0/applications', { query: { $filter: isNamed(displayName) } });
  const application = found.find((one) => isIt(applicationOf(one, undefined))) ?? found[0];
  if (application === undefined) return undefined;
  const namesakes = found.filter((one) => one !== application).map((one) => readId(ClientId, one['appId']));
  return { ...(await readApplication(graph, application)), namesakes };
}

/** Finds an enterprise application by its name; of several the one with the identifier. @throws GraphError */
export async function findSamlApplication(
  directory: Directory,
  { displayName, identifier }: { readonly displayName: string; readonly identifier: string },
): Promise<SamlApplication | undefined> {
  const found = await findApplication(directory, displayName, ({ identifierUris }) =>
    identifierUris.includes(identifier),
  );
  return found && (await withCertificates(directory, found));
}

/** Adds what signs; undefined without a service principal. @throws GraphError */
export async function withCertificates(
  { context }: Directory,
  application: FoundApplication,
): Promise<SamlApplication | undefined> {
  const { servicePrincipalId } = application;
  if (servicePrincipalId === undefined) return undefined;
  const signer = await findSigner(context, servicePrincipalId);
  const certificates = signer === undefined ? [] : certificatesOf(signer);
  return { ...application, servicePrincipalId, certificates, activeThumbprint: signer?.activeThumbprint };
}

/** The service principal of an application. @throws GraphError */
export async function findPrincipal(graph: Graph, appId: string): Promise<Properties | undefined> {
  const [principal] = await graph.list('/v1.0/servicePrincipals', { query: { $filter: `appId eq '${appId}'` } });
  return principal;
}

/** Claims mapping policies of an application. @throws GraphError */
export async function readClaims(graph: Graph, servicePrincipalId: string): Promise<readonly ClaimsPolicy[]> {
  const found = await graph.list(`/v1.0/servicePrincipals/${servicePrincipalId}/claimsMappingPolicies`);
  return found.map(({ id, displayName, definition }) => ({
    id: readId(ObjectId, id),
    displayName: textOf(displayName),
    definitions: textsOf(definition),
  }));
}
