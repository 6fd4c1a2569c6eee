import type { GraphEmulator, GraphEmulatorOptions } from '../../../../../apps/emulator/graph';
import type { JsonObject } from '../../../../../apps/emulator/graph/json';
import { textOf } from '../../../../../apps/emulator/graph/json';
import type { Answer, Call } from '../../../../support/apps/emulator/support/client';
import { clientOf, idOf } from '../../../../support/apps/emulator/support/client';
import { startEmulator } from '../../../../support/start-emulator';
import type { Requester } from '../../../../../scripts/reference/graph-requests';

export interface Harness {
  readonly emulator: () => GraphEmulator;
  readonly call: Call;
}

/** Shows at once what was written, and throttles nothing: for tests of other rules than these. */
export const CALM = { lag: 'none', throttling: 'none' } as const;

/** One emulator for the tests of a file. With a command its requests must be in docs/graph-requests.md. */
export function useEmulator(options: GraphEmulatorOptions = {}, command?: Requester): Harness {
  let emulator: GraphEmulator | undefined;
  let call: Call | undefined;
  beforeAll(async () => {
    emulator = await startEmulator(options, command);
    call = clientOf(emulator);
  });
  afterAll(() => emulator?.stop());
  return {
    emulator: () => {
      if (emulator === undefined) throw new Error('the emulator has not started');
      return emulator;
    },
    call: (request, body, callOptions) => {
      if (call === undefined) throw new Error('the emulator has not started');
      return call(request, body, callOptions);
    },
  };
}

export const GRAPH_PRINCIPAL = '44444444-4444-4444-8444-444444444444';
const AWS_TEMPLATE = '21ed01d2-ec13-4e9e-86c1-cd546719ebc4';
export const NO_SUCH_ID = '00000000-aaaa-4aaa-8aaa-000000000000';

export function application(changes: JsonObject = {}): JsonObject {
  const api = { requestedAccessTokenVersion: 2, ...(changes['api'] as JsonObject | undefined) };
  return { displayName: 'app', signInAudience: 'AzureADandPersonalMicrosoftAccount', ...changes, api };
}

export function scope(value: string, id = '0a0a0a0a-0000-4000-8000-000000000001'): JsonObject {
  return { id, value, type: 'Admin', isEnabled: true, adminConsentDescription: value, adminConsentDisplayName: value };
}

export function group(displayName: string, changes: JsonObject = {}): JsonObject {
  return { displayName, mailNickname: 'nick', mailEnabled: false, securityEnabled: true, ...changes };
}

export function user(name: string, changes: JsonObject = {}): JsonObject {
  return {
    accountEnabled: true,
    displayName: name,
    mailNickname: name,
    userPrincipalName: `${name}@contosob2c.onmicrosoft.com`,
    passwordProfile: { password: 'A long pass phrase' },
    ...changes,
  };
}

/** Creates, and fails the test with Graph's words where that is refused. */
export async function create(call: Call, path: string, body: JsonObject): Promise<Answer> {
  const answer = await call(`POST ${path}`, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer;
}

export interface Registered {
  readonly applicationId: string;
  readonly appId: string;
  readonly principalId: string;
}

/** An application with its service principal. */
export async function register(call: Call, changes: JsonObject = {}): Promise<Registered> {
  const made = await create(call, '/v1.0/applications', application(changes));
  const appId = textOf(made.body, 'appId');
  const principal = await create(call, '/v1.0/servicePrincipals', { appId });
  return { applicationId: idOf(made), appId, principalId: idOf(principal) };
}

/** Makes an identity the owner of an application and its service principal, as a person does after a template was instantiated. */
export async function makeOwner(
  call: Call,
  { applicationId, principalId }: Pick<Registered, 'applicationId' | 'principalId'>,
  { graphUrl, deployer }: Pick<GraphEmulator, 'graphUrl' | 'deployer'>,
): Promise<void> {
  const reference = { '@odata.id': `${graphUrl}/v1.0/directoryObjects/${deployer.objectId}` };
  await call(`POST /v1.0/applications/${applicationId}/owners/$ref`, reference);
  await call(`POST /v1.0/servicePrincipals/${principalId}/owners/$ref`, reference);
}

/** AWS IAM Identity Center of the gallery. */
export async function instantiate(call: Call, displayName = 'AWS IAM Identity Center'): Promise<Registered> {
  const made = await create(call, `/v1.0/applicationTemplates/${AWS_TEMPLATE}/instantiate`, { displayName });
  const [app, principal] = [made.body['application'] as JsonObject, made.body['servicePrincipal'] as JsonObject];
  return { applicationId: textOf(app, 'id'), appId: textOf(app, 'appId'), principalId: textOf(principal, 'id') };
}
