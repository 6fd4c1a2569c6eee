import type { Directory } from '../directory/directory';
import type { JsonObject } from '../json';
import { objectsOf, textOf } from '../json';
import type { Entity } from '../store/store';
import type { ClientCheck } from './client-assertion';
import { checkAssertion } from './client-assertion';
import { invalidClient, OAuthError } from './oauth-error';
import { isSecret } from '../../base/secrets';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The application that asks for a token, proven by its secret or by a signed assertion. @throws OAuthError */
export async function authenticateClient(check: ClientCheck, form: URLSearchParams): Promise<Entity> {
  const { directory } = check;
  const clientId = form.get('client_id') ?? '';
  const application = directory.findByAppId('applications', clientId);
  if (application === undefined) {
    const problem = `AADSTS700016: Application with identifier '${clientId}' was not found in the directory.`;
    throw new OAuthError(400, 'unauthorized_client', problem);
  }
  const assertion = form.get('client_assertion');
  if (assertion === null) {
    checkSecret(directory, application, form.get('client_secret') ?? '');
    return application;
  }
  const type = form.get('client_assertion_type') ?? '';
  if (type !== JWT_BEARER) {
    const problem = `AADSTS90023: The client_assertion_type '${type}' is not supported; it must be '${JWT_BEARER}'.`;
    throw new OAuthError(400, 'invalid_request', problem);
  }
  await checkAssertion(check, application, assertion);
  return application;
}

function checkSecret(directory: Directory, application: Entity, secret: string): void {
  const appId = textOf(application, 'appId');
  const credential = objectsOf(application, 'passwordCredentials').find((item) =>
    isSecret(secret, textOf(item, '_digest')),
  );
  if (credential === undefined) {
    throw invalidClient(`AADSTS7000215: Invalid client secret provided for app '${appId}'.`);
  }
  checkExpiry(directory, credential, appId);
}

function checkExpiry(directory: Directory, credential: JsonObject, appId: string): void {
  if (Date.parse(textOf(credential, 'endDateTime')) > directory.clock().getTime()) return;
  throw invalidClient(`AADSTS7000222: The client secret of app '${appId}' is expired.`);
}
