import { createHash, randomBytes, randomInt } from 'node:crypto';
import { invalidClient, OAuthError, unknownApplication } from './oauth-error';
import { GRAPH_APP_ID } from './roles';
import type { Directory } from '../directory/directory';
import { createEntity } from '../directory/objects';
import { objectOf, objectsOf, textOf, textsOf } from '../json';
import { grantOf, putGrant } from '../resources/grants/grants';
import { SERVICE_PRINCIPAL, servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';

/** Microsoft's own public client for Graph, which asks for any scope when somebody signs in. */
const COMMAND_LINE_TOOLS = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/** Scopes that say who somebody is; everybody may consent to them. */
const SIGN_IN_SCOPES = ['openid', 'profile', 'offline_access', 'email'];
const FOR_EVERYBODY = [...SIGN_IN_SCOPES, 'User.Read'];

/** A public client as it asks for somebody's sign-in. */
export interface PublicClient {
  readonly appId: string;
  /** Undefined for Microsoft's own, which takes any address of this machine. */
  readonly application: Entity | undefined;
}

/** @throws OAuthError where there is no such application */
export function findPublicClient(directory: Directory, appId: string): PublicClient {
  if (appId === COMMAND_LINE_TOOLS) return { appId, application: undefined };
  const application = directory.findByAppId('applications', appId);
  if (application === undefined) throw unknownApplication(appId);
  return { appId, application };
}

/** Refuses a client that would have to prove itself. @throws OAuthError */
export function requirePublic({ application }: PublicClient): void {
  if (application === undefined || application['isFallbackPublicClient'] === true) return;
  throw invalidClient(
    "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  );
}

/** An address of this machine may have any port: https://learn.microsoft.com/entra/identity-platform/reply-url */
export function takesRedirect({ application }: PublicClient, uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, pathname } = new URL(uri);
  if (protocol !== 'http:' || hostname !== 'localhost') return false;
  if (application === undefined) return true;
  const registered = textsOf(objectOf(application, 'publicClient'), 'redirectUris');
  return registered.some(
    (one) => URL.canParse(one) && new URL(one).host === 'localhost' && new URL(one).pathname === pathname,
  );
}

/** Scopes of Graph as a client writes them, bare or with the name of the resource, without those of the sign-in. */
export function scopesAsked(text: string, audiences: readonly string[]): readonly string[] {
  return text
    .split(' ')
    .map((scope) => audiences.reduce((rest, audience) => rest.replace(`${audience}/`, ''), scope))
    .filter((scope) => scope !== '' && !SIGN_IN_SCOPES.includes(scope));
}

/**
 * The scopes that a person's token has: those asked for, or all that the client was granted for `.default`. An administrator
 * consents by signing in; anybody else needs a consent that is there. @throws OAuthError
 */
function consentTo(
  directory: Directory,
  { appId }: PublicClient,
  { person, scopes }: { readonly person: Entity; readonly scopes: readonly string[] },
): readonly string[] {
  const client = directory.findByAppId('servicePrincipals', appId);
  const granted = client === undefined ? [] : scopesGranted(directory, client, person);
  if (scopes.includes('.default')) return granted;
  const missing = scopes.filter((scope) => !granted.includes(scope));
  refuseUnknown(directory, missing);
  if (missing.length === 0) return scopes;
  if (!isAdministrator(directory, person) && !missing.every((scope) => FOR_EVERYBODY.includes(scope))) {
    const problem = 'AADSTS90094: An administrator of the organization must grant the permissions that are asked for.';
    throw new OAuthError(400, 'access_denied', problem);
  }
  putGrant(directory, {
    clientId: (client ?? addPrincipal(directory, appId)).id,
    principalId: person.id,
    resourceId: graphOf(directory).id,
    scopes: missing,
  });
  return scopes;
}

/** Tells whether somebody may consent, and change the directory. */
function isAdministrator({ quirks }: Directory, person: Entity): boolean {
  return quirks.administrators?.includes(textOf(person, 'userPrincipalName')) ?? true;
}

function graphOf(directory: Directory): Entity {
  const graph = directory.findByAppId('servicePrincipals', GRAPH_APP_ID);
  if (graph === undefined) throw new Error('the directory lacks the service principal of Microsoft Graph');
  return graph;
}

function scopesGranted(directory: Directory, client: Entity, person: Entity): readonly string[] {
  const resourceId = graphOf(directory).id;
  return [null, person.id]
    .flatMap((principalId) => grantOf(directory, { clientId: client.id, principalId, resourceId }) ?? [])
    .flatMap((grant) => textOf(grant, 'scope').split(' '));
}

function refuseUnknown(directory: Directory, scopes: readonly string[]): void {
  const known = objectsOf(servicePrincipalView(directory, graphOf(directory)), 'oauth2PermissionScopes');
  const unknown = scopes.find((scope) => !known.some((one) => textOf(one, 'value') === scope));
  if (unknown === undefined) return;
  const problem = `AADSTS650053: The application asked for scope '${unknown}' that doesn't exist on the resource '${GRAPH_APP_ID}'.`;
  throw new OAuthError(400, 'invalid_client', problem);
}

/** The first consent brings Microsoft's own application into the directory. */
function addPrincipal(directory: Directory, appId: string): Entity {
  const names = {
    displayName: 'Microsoft Graph Command Line Tools',
    appDisplayName: 'Microsoft Graph Command Line Tools',
  };
  const principal = createEntity(SERVICE_PRINCIPAL, { appId }, { id: directory.newId(), ...names });
  return directory.put('servicePrincipals', principal);
}

/** Seconds in which a device code must be used: as Entra ID answers it. */
export const DEVICE_CODE_SECONDS = 900;
const CODE_MS = 600_000;
/** No vowels, nothing that looks like another one. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ23456789';

/** Somebody who signed in, and what the client may do in their name. */
export interface SignedIn {
  readonly person: Entity;
  readonly scopes: readonly string[];
  /** As the client gave it, to find it again in the id token. */
  readonly nonce?: string;
}

interface Asked {
  readonly client: PublicClient;
  readonly scopes: readonly string[];
}

interface AskedByBrowser extends Asked {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | undefined;
}

interface DeviceSignIn extends Asked {
  readonly userCode: string;
  readonly ends: number;
  outcome: SignedIn | OAuthError | undefined;
}

/** Sign-ins under way. They end with the process, as the codes do after minutes. */
export class PendingSignIns {
  private readonly codes = new Map<string, AskedByBrowser & Omit<SignedIn, 'nonce'> & { readonly ends: number }>();
  private readonly devices = new Map<string, DeviceSignIn>();

  constructor(private readonly directory: Directory) {}

  /** The code that a browser brings back to the client. @throws OAuthError where a consent is missing */
  authorize(asked: AskedByBrowser, person: Entity): string {
    const code = secretText();
    const scopes = consentTo(this.directory, asked.client, { person, scopes: asked.scopes });
    this.codes.set(code, { ...asked, person, scopes, ends: this.now() + CODE_MS });
    return code;
  }

  /** @throws OAuthError for a code that is used, or of somebody else */
  redeemCode(form: URLSearchParams): SignedIn {
    const code = form.get('code') ?? '';
    const found = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (found === undefined || found.ends < this.now() || found.client.appId !== form.get('client_id')) {
      throw invalidGrant('AADSTS70008: The provided authorization code or refresh token is expired.');
    }
    if (found.challenge !== challenge)
      throw invalidGrant('AADSTS501481: The Code_Verifier does not match the code_challenge.');
    if (found.redirectUri !== form.get('redirect_uri')) {
      throw invalidGrant('AADSTS500112: The reply address does not match the one of the request for the code.');
    }
    const { person, scopes, nonce } = found;
    return { person, scopes, ...(nonce !== undefined && { nonce }) };
  }

  /** Codes of a device: one for the client, one for the person. */
  startDevice(asked: Asked): { readonly deviceCode: string; readonly userCode: string } {
    const deviceCode = secretText();
    const userCode = Array.from({ length: 9 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    this.devices.set(deviceCode, {
      ...asked,
      userCode,
      ends: this.now() + DEVICE_CODE_SECONDS * 1000,
      outcome: undefined,
    });
    return { deviceCode, userCode };
  }

  /** The person enters the code, and signs in. @throws OAuthError for an unknown code, or where a consent is missing */
  enterDeviceCode(userCode: string, person: Entity): void {
    const device = [...this.devices.values()].find((one) => one.userCode === userCode.trim().toUpperCase());
    if (device === undefined || device.outcome !== undefined) {
      throw new OAuthError(400, 'invalid_request', "AADSTS70019: That code didn't work.");
    }
    try {
      const scopes = consentTo(this.directory, device.client, { person, scopes: device.scopes });
      device.outcome = { person, scopes };
    } catch (error) {
      if (error instanceof OAuthError) device.outcome = error;
      throw error;
    }
  }

  /** @throws OAuthError `authorization_pending` until somebody has signed in */
  redeemDevice(form: URLSearchParams): SignedIn {
    const code = form.get('device_code') ?? '';
    const device = this.devices.get(code);
    if (device === undefined || device.client.appId !== form.get('client_id')) {
      throw invalidGrant('AADSTS70000: The provided device code is not valid.');
    }
    if (device.ends < this.now())
      throw new OAuthError(400, 'expired_token', 'AADSTS70020: The device code is expired.');
    if (device.outcome === undefined) {
      throw new OAuthError(400, 'authorization_pending', 'AADSTS70016: The person has not finished signing in.');
    }
    this.devices.delete(code);
    if (device.outcome instanceof OAuthError) throw device.outcome;
    return device.outcome;
  }

  private now(): number {
    return this.directory.clock().getTime();
  }
}

function secretText(): string {
  return randomBytes(32).toString('base64url');
}

function invalidGrant(problem: string): OAuthError {
  return new OAuthError(400, 'invalid_grant', problem);
}
