import { z } from 'zod';
import { isLoopbackUrl, isProtectedUrl } from '../../../../service/loopback';
import { digestOf, isSecret } from '../../../base/secrets';
import type { Directory } from '../../directory/directory';
import { badRequest, GraphError } from '../../graph-error';
import { makersOf, param, type Route } from '../../context';
import { valuesReply } from '../../http/reply';
import { type JsonObject, objectsOf, textOf } from '../../json';

const { get, change } = makersOf();
const PATH = '/servicePrincipals/{id}/synchronization/secrets';

export const secretRoutes: readonly Route[] = [
  get(PATH, (c) => valuesReply(c, 'synchronization/secrets', maskedSecrets(c.directory, param(c, 'id')))),
  change('PUT', PATH, (c) => {
    putSecrets(c.directory, param(c, 'id'), c.body);
  }),
];

/** Values that are not secrets, which the emulator keeps as they are. */
const PLAIN_KEYS = [
  'BaseAddress',
  'SyncAll',
  'AuthenticationType',
  'SyncNotificationSettings',
  'SkipOutOfScopeDeletions',
];

/** A key with what the emulator keeps of its value. */
interface SavedSecret extends JsonObject {
  readonly key: string;
  /** The value itself for plain keys, its digest for secrets. */
  readonly _value: string;
  /** A token as it is, where the endpoint is on this machine: cycles send it. Empty otherwise. */
  readonly _token: string;
  /** Its fault; empty if it has none. */
  readonly _problem: string;
}

/**
 * Saves secrets of a service principal. Keys that are not sent stay (microsoftgraph/msgraph-metadata#347), unless a quirk
 * replaces all; an empty value takes its key away. @throws GraphError 400
 */
function putSecrets(directory: Directory, principalId: string, body: JsonObject): void {
  const { id } = directory.get('servicePrincipals', principalId);
  const sent = objectsOf(body, 'value');
  checkNotificationSettings(sent);
  if (new Set(sent.map((secret) => textOf(secret, 'key'))).size < sent.length) {
    throw badRequest('A synchronization secret key is given twice.');
  }
  const isSent = (key: string): boolean => sent.some((secret) => textOf(secret, 'key') === key);
  const stay = directory.quirks.synchronizationSecrets === 'merged' ? savedSecrets(directory, id) : [];
  const kept = [...stay.filter((secret) => !isSent(textOf(secret, 'key'))), ...received(sent)];
  const isLocal = isLoopbackUrl(valueIn(kept, 'BaseAddress'));
  const value = isLocal ? kept : kept.map((secret) => ({ ...secret, _token: '' }));
  if (kept.length === 0) directory.remove('synchronizationSecrets', id);
  else directory.put('synchronizationSecrets', { id, value });
}

/** Settings of notifications are one JSON text, in the form that the portal writes. @throws GraphError 400 */
function checkNotificationSettings(sent: readonly JsonObject[]): void {
  const text = textOf(sent.find(({ key }) => key === 'SyncNotificationSettings') ?? {}, 'value');
  if (text === '' || NotificationSettings.safeParse(parsedOrText(text)).success) return;
  throw badRequest("The value of 'SyncNotificationSettings' is not valid.");
}

const NotificationSettings = z.strictObject({
  Enabled: z.boolean(),
  Recipients: z.string(),
  DeleteThresholdEnabled: z.boolean(),
  DeleteThresholdValue: z.int().min(1),
});

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Keys in the order in which they were written; azuread compares that, and takes exactly `*` for "as I sent it". */
function maskedSecrets(directory: Directory, principalId: string): readonly JsonObject[] {
  const { id } = directory.read('servicePrincipals', principalId);
  return savedSecrets(directory, id).map((secret) => ({ key: textOf(secret, 'key'), value: '*' }));
}

/** Keys as they are kept; an empty value is none. */
function received(sent: readonly JsonObject[]): readonly SavedSecret[] {
  const given = sent.map((secret) => [textOf(secret, 'key'), textOf(secret, 'value')] as const);
  return given
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ({
      key,
      _value: PLAIN_KEYS.includes(key) ? value : digestOf(value),
      _token: key === 'SecretToken' ? value : '',
      // By its own words, for when no token is named as the right one.
      _problem: key === 'SecretToken' && /invalid|expired/i.test(value) ? UNAUTHORIZED : '',
    }));
}

const UNAUTHORIZED = 'HTTP 401 Unauthorized.';

function savedSecrets(directory: Directory, principalId: string): readonly JsonObject[] {
  const entity = directory.find('synchronizationSecrets', principalId);
  return entity === undefined ? [] : objectsOf(entity, 'value');
}

type Part = '_value' | '_token' | '_problem';

function valueIn(secrets: readonly JsonObject[], key: string, part: Part = '_value'): string {
  return textOf(secrets.find((secret) => secret['key'] === key) ?? {}, part);
}

/** Says that assigned users and groups only are in scope. */
export function syncsAssignedOnly(directory: Directory, principalId: string): boolean {
  return valueIn(savedSecrets(directory, principalId), 'SyncAll').toLowerCase() !== 'true';
}

/** A target on this machine, with the settings of its cycles. */
export interface Connection {
  readonly address: string;
  readonly token: string;
  readonly syncsAll: boolean;
  readonly skipsOutOfScope: boolean;
  /** Threshold for accidental deletions. */
  readonly mostDeletions: number | undefined;
}

/** @returns undefined where the target is not on this machine: nothing is sent elsewhere */
export function connectionOf(directory: Directory, principalId: string): Connection | undefined {
  return connectionIn(savedSecrets(directory, principalId));
}

function connectionIn(secrets: readonly JsonObject[]): Connection | undefined {
  const address = valueIn(secrets, 'BaseAddress');
  const token = valueIn(secrets, 'SecretToken', '_token');
  if (token === '' || !isLoopbackUrl(address)) return undefined;
  const settings = NotificationSettings.safeParse(parsedOrText(valueIn(secrets, 'SyncNotificationSettings'))).data;
  return {
    address,
    token,
    syncsAll: valueIn(secrets, 'SyncAll').toLowerCase() === 'true',
    skipsOutOfScope: valueIn(secrets, 'SkipOutOfScopeDeletions').toLowerCase() === 'true',
    mostDeletions: settings?.DeleteThresholdEnabled === true ? settings.DeleteThresholdValue : undefined,
  };
}

/** The fault of the saved credentials; empty if they have none. */
export function savedProblem(directory: Directory, principalId: string): string {
  return problemIn(directory, savedSecrets(directory, principalId));
}

function problemIn({ quirks }: Directory, secrets: readonly JsonObject[]): string {
  if (!isProtectedUrl(valueIn(secrets, 'BaseAddress'))) return 'BaseAddress is not an https URL.';
  const digest = valueIn(secrets, 'SecretToken');
  if (digest === '') return 'SecretToken is missing.';
  const { acceptedScimToken: accepted } = quirks;
  if (accepted === undefined) return valueIn(secrets, 'SecretToken', '_problem');
  return isSecret(accepted, digest) ? '' : UNAUTHORIZED;
}

/** Credentials as the portal's "Test Connection" checks them. @throws GraphError 400 */
export function validateCredentials(directory: Directory, principalId: string, body: JsonObject): void {
  const problem = problemIn(directory, credentialsIn(directory, principalId, body));
  if (problem !== '') throw refusedCredentials(directory, body, problem);
}

function credentialsIn(directory: Directory, principalId: string, body: JsonObject): readonly JsonObject[] {
  const usesSaved = body['useSavedCredentials'] === true;
  return usesSaved ? savedSecrets(directory, principalId) : received(objectsOf(body, 'credentials'));
}

/** The refusal of credentials that were checked. */
export function refusedCredentials({ quirks }: Directory, body: JsonObject, problem: string): GraphError {
  const echo = quirks.echoesCredentials ? ` ${JSON.stringify(body['credentials'] ?? [])}` : '';
  return new GraphError(
    400,
    'CredentialValidationUnavailable',
    `We received this unexpected response: ${problem}${echo}`,
  );
}

/** Address and token to be checked where they are of this machine. */
export function localCredentials(directory: Directory, principalId: string, body: JsonObject): Connection | undefined {
  return connectionIn(credentialsIn(directory, principalId, body));
}
