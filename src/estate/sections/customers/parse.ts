import type { ApiApplication, Customers, FlowAttribute, Scope, StepUp, UserFlow, WebApplication } from './customers';
import type { Path } from '../../source/finding';
import { DEFAULT_CALLBACKS } from '../limits';
import type {
  ApiApplicationEntry,
  PartialCustomersEntry,
  ScopeEntry,
  StepUpEntry,
  UserFlowEntry,
  WebApplicationEntry,
} from './schema';
import { withoutUndefined } from '../shared/without-undefined';

/** What of the section could be read. */
export type CustomersParts = Partial<Customers> & Pick<Customers, 'at' | 'directoryType' | 'userFlows'>;

const AT: Path = ['customers'];

/** The keys that are there. Without the directory, the API application has no identifier URI and is left out. */
export function readCustomersParts(entry: PartialCustomersEntry, userFlows: readonly UserFlow[]): CustomersParts {
  const { directory, tenantId, location, countryCode, manualSteps, webApplication } = entry;
  const apiApplication =
    entry.apiApplication && directory !== undefined
      ? readApiApplication(entry.apiApplication, [...AT, 'apiApplication'], directory)
      : undefined;
  return {
    at: AT,
    directoryType: entry.directoryType ?? 'b2c',
    ...withoutUndefined({ directory, tenantId, location, countryCode, manualSteps, apiApplication }),
    ...(entry.stepUp && apiApplication && { stepUp: readStepUp(entry.stepUp, apiApplication) }),
    ...(webApplication && { webApplication: readWebApplication(webApplication, [...AT, 'webApplication']) }),
    userFlows,
  };
}

/** The whole section, if nothing of it is missing. */
export function wholeCustomers(parts: CustomersParts): Customers | undefined {
  const { directory, tenantId, apiApplication, webApplication } = parts;
  if (directory === undefined || tenantId === undefined) return undefined;
  if (apiApplication === undefined || webApplication === undefined) return undefined;
  return { ...parts, directory, tenantId, apiApplication, webApplication };
}

function readApiApplication(entry: ApiApplicationEntry, at: Path, directory: string): ApiApplication {
  return {
    at,
    displayName: entry.displayName,
    identifierUri: entry.identifierUri ?? `https://${directory}.onmicrosoft.com/api`,
    scopes: entry.scopes.map((scope, index) => readScope(scope, [...at, 'scopes', index])),
  };
}

function readStepUp(entry: StepUpEntry, { identifierUri }: ApiApplication): StepUp {
  const { displayName, scopes, policy } = entry;
  const uri = entry.identifierUri ?? `${identifierUri}-step-up`;
  return { at: [...AT, 'stepUp'], displayName, identifierUri: uri, scopes, policy };
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
    ...(entry.multifactor && { multifactor: withoutUndefined(entry.multifactor) }),
    attributes: (entry.attributes ?? []).map((attribute, index) =>
      readAttribute(attribute, [...at, 'attributes', index]),
    ),
    claims: entry.claims ?? [],
    identityProviders,
    doneByHand: (entry.doneByHand ?? []).map((record, index) => ({ ...record, at: [...at, 'doneByHand', index] })),
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
