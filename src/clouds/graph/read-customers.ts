import { comparedFlow, type FoundFlow } from '../../estate/records/flows';
import type { UserFlow } from '../../estate/sections/customers/customers';
import { CONNECTORS, toldOf } from '../../../provider/api-connector/api-connector';
import { EXTENSIONS, toldOf as toldExtension } from '../../../provider/custom-extension/custom-extension';
import { readCalled } from '../../../provider/user-flow/connectors';
import { UserFlowInputs, withDefaults } from '../../../provider/user-flow/inputs';
import { readFlow } from '../../../provider/user-flow/read-flow';
import { flowPath } from '../../../provider/user-flow/settings';
import { textOf } from '../../../provider/values';
import { findFlowByName } from '../../../provider/events-flow/events-flow';
import { readEventsFlow } from '../../../provider/events-flow/read-events-flow';
import { ObjectId, readId } from '../../estate/source/ids';
import type {
  Consent,
  DeployedConnector,
  DeployedExtension,
  DeployedProvider,
  FlowCalls,
} from '../facts/customers-facts';
import type { Directory } from './directory';

/** Reads what an administrator consented to for everybody who uses an application. @throws GraphError */
export async function readConsents({ context }: Directory, servicePrincipalId: ObjectId): Promise<readonly Consent[]> {
  const $filter = `clientId eq '${servicePrincipalId}'`;
  const grants = await context.graph.list('/v1.0/oauth2PermissionGrants', { query: { $filter } });
  return grants
    .filter(({ consentType }) => consentType === 'AllPrincipals')
    .map(({ resourceId, scope }) => ({
      resourceId: readId(ObjectId, resourceId),
      scopes: textOf(scope)
        .split(' ')
        .filter((one) => one !== ''),
    }));
}

/** A user flow of B2C with what the estate declares of it; what it calls has a permission of its own. @throws GraphError */
export async function readUserFlow({ context }: Directory, flow: UserFlow): Promise<FoundFlow | undefined> {
  const inputs = UserFlowInputs.parse(withDefaults({ userFlowId: flow.id, ...comparedFlow(flow) }));
  const live = await readFlow(flow.id, { inputs, outputs: {} }, context);
  return live && { id: flow.id, inputs: live.inputs };
}

/** Identity providers of a directory. @throws GraphError */
export async function readProviders({ context }: Directory): Promise<readonly DeployedProvider[]> {
  const found = await context.graph.list('/beta/identity/identityProviders');
  return found.map(({ id, displayName, clientId }) => ({
    id: textOf(id),
    displayName: textOf(displayName),
    clientId: clientId === undefined ? undefined : textOf(clientId),
  }));
}

/** API connectors of a directory. @throws GraphError */
export async function readApiConnectors({ context }: Directory): Promise<readonly DeployedConnector[]> {
  const found = await context.graph.list(CONNECTORS);
  return found.map((one) => {
    const { authentication, username } = toldOf(one);
    return {
      id: textOf(one['id']),
      displayName: textOf(one['displayName']),
      targetUrl: textOf(one['targetUrl']),
      authentication: textOf(authentication),
      username: username === undefined ? undefined : textOf(username),
    };
  });
}

/** Custom authentication extensions of a tenant. @throws GraphError */
export async function readExtensions({ context }: Directory): Promise<readonly DeployedExtension[]> {
  const found = await context.graph.list(EXTENSIONS);
  return found.flatMap((one) => {
    const told = toldExtension(one);
    if (told === undefined) return [];
    const { event, description, resourceId, claims, behaviorOnError } = told;
    const { timeoutInMilliseconds: timeoutMilliseconds, maximumRetries: retries } = told;
    const named = { id: textOf(one['id']), displayName: textOf(told['displayName']), url: textOf(told['targetUrl']) };
    return [{ ...named, event, description, resourceId, claims, behaviorOnError, timeoutMilliseconds, retries }];
  });
}

/** APIs that a B2C user flow calls. @throws GraphError */
export async function readCalls({ context }: Directory, { id }: UserFlow): Promise<FlowCalls> {
  const called = await readCalled(context, flowPath(id));
  return called.map(({ step, connector }) => ({
    step,
    connector: textOf(connector['id']),
    displayName: textOf(connector['displayName']),
  }));
}

/** A user flow of an external tenant, by its name. @throws GraphError */
export async function readExternalFlow({ context }: Directory, { id: name }: UserFlow): Promise<FoundFlow | undefined> {
  const id = textOf((await findFlowByName(context, name))?.['id']);
  const live = id === '' ? undefined : await readEventsFlow(id, undefined, context);
  return live && { id, inputs: live.inputs };
}
