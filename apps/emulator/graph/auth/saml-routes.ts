import { type Request, type Response, Router } from 'express';
import { randomUUID } from 'node:crypto';
import { stylesheet } from '../../pages/render';
import { writeMetadata } from '../../saml/metadata';
import { readRequest } from '../../saml/request';
import { signedResponse, type SigningKey, type Subject } from '../../saml/response';
import type { Answer, Reply } from '../context';
import type { Directory } from '../directory/directory';
import { findText, objectsOf, textOf, textsOf, type JsonObject, objectOf, parseObject } from '../json';
import { assignedIds } from '../resources/grants/grants';
import { servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';
import { OAuthError, unknownApplication } from './oauth-error';
import { formOf, orErrorPage, parametersOf, peoplePage, personNamed, sendingPage } from './pages';
import { checkTenant } from './token-endpoint';
import { EMAIL_ADDRESS } from '../../saml/xml';

export interface SamlEndpoints {
  readonly directory: Directory;
  /** Addresses of other services, and what stands for each on this machine: a browser is led there instead. */
  readonly standIns: Readonly<Record<string, string>>;
}

/** A sign-in that somebody asks for. */
interface Asked {
  readonly principal: Entity;
  /** Name of the application. */
  readonly application: string;
  /** Identifier by which the application is asked for. */
  readonly audience: string;
  readonly replyUrl: string;
  readonly inResponseTo: string | undefined;
  readonly relayState: string | undefined;
}

/**
 * Single sign-on by SAML, begun by the application or at My Apps. A browser doesn't trust the emulator's authority, so the
 * server without TLS has it too.
 */
export function samlRoutes(endpoints: SamlEndpoints, origin: string, answer: Answer): Router {
  const router = Router({ caseSensitive: true });
  const send = (res: Response, reply: () => Reply): Promise<void> => answer(res, orErrorPage(reply));
  const ask = ({ application }: Asked): Reply => peoplePage(endpoints.directory.all('users'), { application });
  router.get('/style.css', (_req, res) =>
    answer(res, { status: 200, body: stylesheet(), headers: { 'content-type': 'text/css' } }),
  );
  router.get('/:tenant/federationmetadata/2007-06/federationmetadata.xml', (req, res) =>
    send(res, () => metadataReply(endpoints, origin, parametersOf(req))),
  );
  const asked = (req: Request<{ tenant: string }>): Asked => requested(endpoints, req.params.tenant, parametersOf(req));
  router.get('/:tenant/saml2', (req, res) => send(res, () => ask(asked(req))));
  router.post('/:tenant/saml2', (req, res) => send(res, () => signIn(endpoints, asked(req), formOf(req.body))));
  const begun = (req: Request<{ appId: string }>): Asked => started(endpoints, req.params.appId);
  router.get('/api/signin/:appId', (req, res) =>
    send(res, () => {
      const tile = begun(req);
      return signOnReply(endpoints, tile.principal) ?? ask(tile);
    }),
  );
  router.post('/api/signin/:appId', (req, res) => send(res, () => signIn(endpoints, begun(req), formOf(req.body))));
  return router;
}

/**
 * Federation metadata of an application, as `?appid=` asks for it: who answers, where, and the certificate that signs. The
 * service's own document says more; an identity provider is known by this much.
 */
function metadataReply({ directory }: SamlEndpoints, origin: string, parameters: URLSearchParams): Reply {
  const principal = principalOf(directory, parameters.get('appid') ?? '');
  const { id } = directory.tenant;
  const body = writeMetadata({
    entityId: issuerOf(directory),
    signOnUrl: `${origin}/${id}/saml2`,
    certificates: activeKeys(principal, '_certificate'),
  });
  return { status: 200, body, headers: { 'content-type': 'application/samlmetadata+xml' } };
}

function issuerOf({ tenant }: Directory): string {
  return `https://sts.windows.net/${tenant.id}/`;
}

/** Halves of the active certificate. */
function activeKeys(principal: Entity, part: '_certificate' | '_privateKey'): readonly string[] {
  const active = textOf(principal, 'preferredTokenSigningKeyThumbprint').toUpperCase();
  const keys = objectsOf(principal, 'keyCredentials');
  return keys.flatMap((key) => (active !== '' && key['_thumbprint'] === active ? (findText(key, part) ?? []) : []));
}

/** The sign-in that a request in the redirect binding asks for. @throws OAuthError for one that Entra refuses */
function requested(endpoints: SamlEndpoints, tenant: string, parameters: URLSearchParams): Asked {
  const { directory } = endpoints;
  checkTenant(endpoints, tenant);
  const request = readRequest(parameters.get('SAMLRequest') ?? '');
  if (request === undefined) {
    throw refused('AADSTS750054: SAMLRequest or SAMLResponse must be present as query string parameters.');
  }
  const principal = directory
    .all('servicePrincipals')
    .find((one) => textsOf(servicePrincipalView(directory, one), 'servicePrincipalNames').includes(request.issuer));
  if (principal === undefined) throw unknownApplication(request.issuer);
  const { issuer: audience, id: inResponseTo, replyUrl } = request;
  const relayState = parameters.get('RelayState') ?? undefined;
  return { ...placeOf(directory, principal, replyUrl), audience, inResponseTo, relayState };
}

/** The sign-in that a tile of My Apps begins. @throws OAuthError */
function started({ directory }: SamlEndpoints, appId: string): Asked {
  const principal = principalOf(directory, appId);
  const application = directory.findByAppId('applications', appId);
  const [audience = appId] = application === undefined ? [] : textsOf(application, 'identifierUris');
  return { ...placeOf(directory, principal, undefined), audience, inResponseTo: undefined, relayState: undefined };
}

function principalOf(directory: Directory, appId: string): Entity {
  const principal = directory.findByAppId('servicePrincipals', appId);
  if (principal === undefined) throw unknownApplication(appId);
  return principal;
}

function refused(problem: string): OAuthError {
  return new OAuthError(400, 'access_denied', problem);
}

/** An answer goes to a reply URL of the application alone, the first unless it asks for another. @throws OAuthError */
function placeOf(
  directory: Directory,
  principal: Entity,
  url: string | undefined,
): Pick<Asked, 'principal' | 'application' | 'replyUrl'> {
  const view = servicePrincipalView(directory, principal);
  const known = textsOf(view, 'replyUrls');
  const replyUrl = url === undefined ? known[0] : known.find((one) => one === url);
  if (replyUrl !== undefined) return { principal, application: textOf(view, 'displayName'), replyUrl };
  throw refused(
    `AADSTS50011: The reply URL '${url ?? ''}' specified in the request does not match the reply URLs configured for the application.`,
  );
}

/** Where a tile leads first, for an application with a sign-on URL: it begins the sign-in itself. */
function signOnReply({ standIns }: SamlEndpoints, principal: Entity): Reply | undefined {
  const url = textOf(principal, 'loginUrl');
  return url === '' ? undefined : { status: 302, body: '', headers: { location: standIns[url] ?? url } };
}

/** The page that brings a signed answer to the application. @throws OAuthError for somebody who may not sign in */
function signIn({ directory, standIns }: SamlEndpoints, wanted: Asked, form: URLSearchParams): Reply {
  const { principal, replyUrl, relayState } = wanted;
  const person = personNamed(directory.all('users'), form);
  refuse(directory, wanted, person);
  const response = signedResponse(
    {
      ...subjectOf(directory, principal, person),
      ...wanted,
      issuer: issuerOf(directory),
      now: directory.clock(),
      ids: { response: `_${randomUUID()}`, assertion: `_${randomUUID()}` },
    },
    keyOf(wanted),
  );
  return sendingPage(standIns[replyUrl] ?? replyUrl, {
    SAMLResponse: Buffer.from(response).toString('base64'),
    ...(relayState !== undefined && { RelayState: relayState }),
  });
}

/**
 * Refuses as the service does: 'Microsoft Entra authentication and authorization error codes'. Members of a group inside an
 * assigned group are not assigned.
 *
 * @throws OAuthError
 */
function refuse(directory: Directory, { principal, application }: Asked, person: Entity): void {
  const name = textOf(person, 'userPrincipalName');
  if (principal['accountEnabled'] === false) {
    throw refused(`AADSTS7000112: Application '${application}' is disabled.`);
  }
  if (person['accountEnabled'] === false) throw refused(`AADSTS50057: The user account '${name}' is disabled.`);
  if (assignedIds(directory, principal.id).has(person.id) || principal['appRoleAssignmentRequired'] !== true) return;
  throw refused(`AADSTS50105: The user '${name}' is not assigned to a role for the application '${application}'.`);
}

/** The active certificate with its key. @throws OAuthError without one, which Entra never is */
function keyOf({ principal, application }: Asked): SigningKey {
  const [certificate] = activeKeys(principal, '_certificate');
  const [privateKey] = activeKeys(principal, '_privateKey');
  if (certificate !== undefined && privateKey !== undefined) return { certificate, privateKey };
  throw refused(`The application '${application}' has no active signing certificate.`);
}

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const MICROSOFT = 'http://schemas.microsoft.com/identity/claims';
const NAME_ID = `${CLAIMS}/nameidentifier`;

/** Properties of a user by the id that a claims mapping policy has for them: 'Claims customization reference'. */
const SOURCES: Readonly<Record<string, string>> = {
  userprincipalname: 'userPrincipalName',
  mail: 'mail',
  objectid: 'id',
  displayname: 'displayName',
  givenname: 'givenName',
  surname: 'surname',
  employeeid: 'employeeId',
  department: 'department',
};

/** The basic claim set: 'SAML token claims reference'. */
const BASIC: Readonly<Record<string, string>> = {
  [`${MICROSOFT}/objectidentifier`]: 'id',
  [`${MICROSOFT}/displayname`]: 'displayName',
  [`${CLAIMS}/givenname`]: 'givenName',
  [`${CLAIMS}/surname`]: 'surname',
  [`${CLAIMS}/emailaddress`]: 'mail',
  [`${CLAIMS}/name`]: 'userPrincipalName',
};

/** A person as an application's claims mapping policy names them; by their user principal name where it has none. */
function subjectOf(directory: Directory, principal: Entity, person: Entity): Subject {
  const policy = policyOf(directory, principal);
  const entries = objectsOf(policy, 'ClaimsSchema');
  const mapped = entries.flatMap((entry) => {
    const value = valueOf(entry, person);
    const name = findText(entry, 'SamlClaimType');
    return value === undefined || name === undefined || name === NAME_ID ? [] : [[name, value] as const];
  });
  const basic = findText(policy, 'IncludeBasicClaimSet') === 'false' ? [] : basicClaims(directory, person);
  return { nameId: nameIdOf(entries, person), claims: new Map([...basic, ...mapped]) };
}

function policyOf(directory: Directory, { id }: Entity): JsonObject {
  const [policyId = ''] = directory.links(id, 'claimsMappingPolicies');
  const policy = directory.find('claimsMappingPolicies', policyId);
  const [definition = ''] = policy === undefined ? [] : textsOf(policy, 'definition');
  return objectOf(parseObject(definition) ?? {}, 'ClaimsMappingPolicy');
}

/** Without an entry of its own the NameID is the user principal name, as an e-mail address. */
function nameIdOf(entries: readonly JsonObject[], person: Entity): Subject['nameId'] {
  const entry = entries.find((one) => findText(one, 'SamlClaimType') === NAME_ID);
  const value = entry === undefined ? findText(person, 'userPrincipalName') : valueOf(entry, person);
  if (value === undefined) return undefined;
  const format = entry === undefined ? undefined : findText(entry, 'SamlNameIdFormat');
  return { format: format ?? EMAIL_ADDRESS, value };
}

/** A constant, or a property of the person; undefined where they have none. */
function valueOf(entry: JsonObject, person: Entity): string | undefined {
  const id = findText(entry, 'ID');
  if (id === undefined) return findText(entry, 'Value');
  const property = SOURCES[id.toLowerCase()] ?? attributeOf(id);
  const value = property === undefined ? undefined : findText(propertiesOf(person), property);
  return value === '' ? undefined : value;
}

/** `extensionattribute1` is `extensionAttribute1` of the attributes that come from a directory on the premises. */
function attributeOf(id: string): string | undefined {
  const number = /^extensionattribute(\d+)$/i.exec(id)?.[1];
  return number === undefined ? undefined : `extensionAttribute${number}`;
}

function propertiesOf(person: Entity): JsonObject {
  return { ...objectOf(person, 'onPremisesExtensionAttributes'), ...person };
}

function basicClaims(directory: Directory, person: Entity): readonly (readonly [string, string])[] {
  const own = Object.entries(BASIC).flatMap(([name, property]) => {
    const value = findText(person, property) ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  return [
    [`${MICROSOFT}/tenantid`, directory.tenant.id],
    [`${MICROSOFT}/identityprovider`, issuerOf(directory)],
    ...own,
  ];
}
