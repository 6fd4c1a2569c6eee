import type { ApiApplication, Customers, FlowAttribute, Scope, UserFlow, WebApplication } from '../customers';
import type { Path } from '../finding';
import { DEFAULT_CALLBACKS } from '../limits';
import type {
  ApiApplicationEntry,
  CustomersEntry,
  ScopeEntry,
  UserFlowEntry,
  WebApplicationEntry,
} from '../schema/customers-schema';
import { withoutUndefined } from './without-undefined';

export function readCustomers(entry: CustomersEntry, at: Path): Customers {
  const { directory, tenantId, location, countryCode } = entry;
  return {
    at,
    directory,
    tenantId,
    ...withoutUndefined({ location, countryCode }),
    apiApplication: readApiApplication(entry.apiApplication, [...at, 'apiApplication'], directory),
    webApplication: readWebApplication(entry.webApplication, [...at, 'webApplication']),
    userFlows: entry.userFlows.map((flow, index) => readUserFlow(flow, [...at, 'userFlows', index])),
    manualSteps: entry.manualSteps ?? 'fail',
  };
}

function readApiApplication(entry: ApiApplicationEntry, at: Path, directory: string): ApiApplication {
  return {
    at,
    displayName: entry.displayName,
    identifierUri: entry.identifierUri ?? `https://${directory}.onmicrosoft.com/api`,
    scopes: entry.scopes.map((scope, index) => readScope(scope, [...at, 'scopes', index])),
  };
}

function readScope(entry: ScopeEntry, at: Path): Scope {
  return { ...entry, at };
}

function readWebApplication(entry: WebApplicationEntry, at: Path): WebApplication {
  const { callbacks, clientSecret } = entry;
  return {
    at,
    displayName: entry.displayName,
    hosts: entry.hosts.map((origin, index) => ({ at: [...at, 'hosts', index], origin })),
    callbacks: {
      signIn: callbacks?.signIn ?? DEFAULT_CALLBACKS.signIn,
      stepUp: callbacks?.stepUp ?? DEFAULT_CALLBACKS.stepUp,
    },
    clientSecret: {
      at: [...at, 'clientSecret'],
      start: clientSecret.start,
      periodDays: Number(clientSecret.period.slice(1, -1)),
    },
  };
}

export function readUserFlow(entry: UserFlowEntry, at: Path): UserFlow {
  const { id, type, use, identityProviders } = entry;
  return {
    at,
    id,
    type,
    use,
    multifactor: withoutUndefined(entry.multifactor ?? { state: 'off' }),
    attributes: (entry.attributes ?? []).map((attribute, index) =>
      readAttribute(attribute, [...at, 'attributes', index]),
    ),
    claims: entry.claims ?? [],
    identityProviders,
  };
}

function readAttribute(entry: NonNullable<UserFlowEntry['attributes']>[number], at: Path): FlowAttribute {
  return {
    at,
    id: entry.id,
    optional: entry.optional ?? false,
    requiresVerification: entry.requiresVerification ?? false,
  };
}
