import type { Customers, DirectoryType, FlowUse } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import {
  applicationsHandedOver,
  clientIdName,
  clientSecretName,
  HANDOFF_PARAMETERS,
  HANDOFF_SCOPES,
  HANDOFF_VARIABLES,
  type HandoffId,
  type HandoffIds,
  parameterName,
} from '../estate/sections/hosting/handoff';
import type { Hosting } from '../estate/sections/hosting/hosting';
import type { CustomersOutputs } from './customers-outputs';
import { HandoffError, type HandoffStore } from './store';
import { createHash } from 'node:crypto';

/** Estate whose values are handed over, and the AWS account that gets them. */
export interface Target {
  readonly estateName: string;
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly customers: Customers;
  readonly hosting: Hosting;
}

/** @throws HandoffError if the estate lacks one of the two sides */
export function targetOf({ name, customers, hosting }: Estate): Target {
  if (customers !== undefined && hosting !== undefined) {
    return { estateName: name, stack: `${name}-customers`, customers, hosting };
  }
  const lacking = customers === undefined ? 'customers' : 'hosting';
  throw new HandoffError(
    `The estate ${name} has no section ${lacking}: ids pass from the customers program to the hosting`,
  );
}

/** @throws HandoffError if the stack was deployed to another directory than that of the estate */
export function checkTenant(
  { stack, customers, estateName }: Omit<Target, 'hosting'>,
  { tenantId }: CustomersOutputs,
): void {
  if (tenantId.toLowerCase() === customers.tenantId.toLowerCase()) return;
  throw new HandoffError(
    `The stack ${stack} belongs to the tenant ${tenantId}, the estate ${estateName} to ${customers.tenantId}, so its values are not taken.\n` +
      'Choose the right backend (pulumi login) and estate; after a change of customers.tenantId, deploy the stack first.',
  );
}

/** @throws HandoffError if the AWS credentials belong to another account than the hosting's */
export async function checkAccount({ hosting, estateName }: Target, store: HandoffStore): Promise<void> {
  const account = await store.accountId();
  if (account === hosting.account) return;
  throw new HandoffError(
    `These AWS credentials belong to the account ${account}, the hosting of ${estateName} to ${hosting.account}: nothing was written.\n` +
      'Choose the right ones, by AWS_PROFILE or aws sso login.',
  );
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A client secret of the stack. */
interface SecretLife {
  readonly secret: string;
  /** Name of the application. */
  readonly application: string;
  /** Key of the estate with its rotation. */
  readonly key: string;
  readonly periodDays: number;
  readonly expires: string;
}

/**
 * The current secret lives for more than a whole period yet. One that does not is of a period that is over, or over for good:
 * the stack was not deployed since, and services that took it over would lose it before the next one is due.
 *
 * @throws HandoffError if a secret has ended, or ends within a period of the estate's rotation
 */
export function checkSecretLife(target: Target, outputs: CustomersOutputs, now: Date): void {
  for (const life of secretLives(target, outputs)) checkLife(life, target.stack, now);
}

function checkLife({ application, key, periodDays, expires }: SecretLife, stack: string, now: Date): void {
  const days = (Date.parse(expires) - now.getTime()) / DAY_MS;
  if (days > periodDays) return;
  const day = expires.slice(0, 10);
  const state =
    days <= 0
      ? `ended on ${day}`
      : `ends on ${day}, within the ${periodDays} days of a period (${key}.clientSecret.period)`;
  const whose = application === 'web' ? '' : ` of ${application}`;
  throw new HandoffError(
    `The client secret${whose} of the stack ${stack} ${state}: nothing was written.\n` +
      `Make the one that is due, then run this again: pulumi up --stack ${stack}`,
  );
}

/** Secrets that services of the estate have. @throws HandoffError for one that the stack lacks */
function secretLives({ hosting, customers, stack }: Target, outputs: CustomersOutputs): readonly SecretLife[] {
  const names = hosting.services.length === 0 ? ['web'] : applicationsHandedOver(hosting).secrets;
  return names.map((application) => {
    if (application === 'web') {
      const { clientSecret: secret, clientSecretExpires: expires } = outputs;
      const { periodDays } = customers.webApplication.clientSecret;
      return { secret, application, key: 'customers.webApplication', periodDays, expires };
    }
    const found = outputs.clientSecrets[application];
    const periodDays = customers.applications.find(({ name }) => name === application)?.clientSecret?.periodDays;
    if (found === undefined || periodDays === undefined) throw lacking(stack, [`the client secret of ${application}`]);
    const { clientSecret: secret, expires } = found;
    return { secret, application, key: `customers.applications ${application}`, periodDays, expires };
  });
}

function lacking(stack: string, what: readonly string[]): HandoffError {
  return new HandoffError(
    `The stack ${stack} lacks what the services need: ${what.join(', ')}; nothing was written.\n` +
      `Deploy it, then run this again: pulumi up --stack ${stack}`,
  );
}

/** All that the estate's services take over, by the names of the store. @throws HandoffError with everything that is lacking */
export function namedHandoff(target: Target, outputs: CustomersOutputs): NamedHandoff {
  const { estateName, hosting, stack } = target;
  const version = parameterName(estateName, 'version');
  if (hosting.services.length === 0) return { ...exampleHandoff(estateName, handoffOf(outputs)), version };
  const ids = applicationsHandedOver(hosting).ids.map((name) => [name, clientIdOf(outputs, name)] as const);
  const missing = ids.filter(([, value]) => value === undefined).map(([name]) => `the client id of ${name}`);
  if (missing.length > 0) throw lacking(stack, missing);
  return {
    parameters: ids.map(([name, value = '']) => ({ id: name, name: clientIdName(estateName, name), value })),
    secrets: secretLives(target, outputs).map(({ application, secret: value }) => ({
      name: clientSecretName(estateName, application),
      value,
    })),
    version,
  };
}

function clientIdOf(
  { webClientId, apiClientId, applications, apis }: CustomersOutputs,
  name: string,
): string | undefined {
  if (name === 'web') return webClientId;
  return name === 'api' ? apiClientId : (applications[name] ?? apis[name])?.clientId;
}

/** What the example's web and API take over. */
export function exampleHandoff(
  estateName: string,
  { ids, clientSecret }: Handoff,
): Pick<NamedHandoff, 'parameters' | 'secrets'> {
  const known = Object.entries(ids) as readonly (readonly [HandoffId, string])[];
  return {
    parameters: known.map(([id, value]) => ({ id, name: parameterName(estateName, id), value })),
    secrets: [{ name: clientSecretName(estateName), value: clientSecret }],
  };
}

/** Everything that passes from the customers program to the hosting stacks. */
export interface Handoff {
  /** Those of the type of the directory, in the order in which they are written. */
  readonly ids: HandoffIds;
  readonly clientSecret: string;
}

const IDS = Object.keys(HANDOFF_PARAMETERS).filter((id): id is HandoffId => id !== 'version');

/** Ids that the applications need in a directory of this type, in the order in which they are written. */
export function handoffIds(directoryType: DirectoryType): readonly HandoffId[] {
  const { api, web } = HANDOFF_VARIABLES[directoryType];
  const needed = new Set([...Object.values(api), ...Object.values(web)]);
  return IDS.filter((id) => needed.has(id));
}

/** Value among the outputs, and the place in the estate that it comes from. */
interface Source {
  readonly of: (outputs: CustomersOutputs) => string | undefined;
  readonly from: string;
}

const flow = (use: FlowUse, key: 'id' | 'metadataUrl'): Source => ({
  of: ({ userFlows }) => userFlows[use]?.[key],
  from: `a user flow with use: ${use} (customers.userFlows)`,
});

/** A full scope name is the application ID URI, a slash and the scope's value. */
const scope = (value: string): Source => ({
  of: ({ scopes }) => scopes.find((one) => one.endsWith(`/${value}`)),
  from: `the scope ${value} (customers.apiApplication.scopes)`,
});

const SOURCES: Readonly<Record<HandoffId, Source>> = {
  tenantId: { of: ({ tenantId }) => tenantId, from: 'customers.tenantId' },
  apiClientId: { of: ({ apiClientId }) => apiClientId, from: 'customers.apiApplication' },
  stepUpApiClientId: { of: ({ stepUpApiClientId }) => stepUpApiClientId, from: 'customers.stepUp' },
  webClientId: { of: ({ webClientId }) => webClientId, from: 'customers.webApplication' },
  signInFlow: flow('signIn', 'id'),
  signInMetadataUrl: flow('signIn', 'metadataUrl'),
  stepUpFlow: flow('stepUp', 'id'),
  stepUpMetadataUrl: flow('stepUp', 'metadataUrl'),
  profileEditMetadataUrl: flow('profileEdit', 'metadataUrl'),
  passwordResetMetadataUrl: flow('passwordReset', 'metadataUrl'),
  readScope: scope(HANDOFF_SCOPES.readScope),
  writeScope: scope(HANDOFF_SCOPES.writeScope),
};

/** Reads what the outputs of the customers program hand over. @throws HandoffError with everything that the estate lacks */
export function handoffOf(outputs: CustomersOutputs): Handoff {
  const found = handoffIds(outputs.directoryType).map((id) => [id, SOURCES[id].of(outputs)] as const);
  const lacking = found.flatMap(([id, value]) => (value === undefined ? [`  ${SOURCES[id].from}`] : []));
  if (lacking.length === 0) return { ids: Object.fromEntries(found), clientSecret: outputs.clientSecret };
  throw new HandoffError(
    `The customers program lacks what the applications need; add it to the estate and deploy it:\n${[...new Set(lacking)].join('\n')}`,
  );
}

/** A value by the name that the store has for it. */
export interface Named {
  readonly name: string;
  readonly value: string;
}

/** Values that are handed over, in the order in which they are written. */
export interface NamedHandoff {
  /** Each with the id by which the version knows it. */
  readonly parameters: readonly (Named & { readonly id: string })[];
  readonly secrets: readonly Named[];
  /** Name of the parameter with the version. */
  readonly version: string;
}

/**
 * A digest of everything that is handed over. The secret takes part by the id of its version, so that the digest, which many
 * may read, tells nothing about its value.
 */
export function versionOf(ids: Readonly<Record<string, string | undefined>>, secretVersion: string): string {
  return createHash('sha256')
    .update(JSON.stringify([Object.entries(ids), secretVersion]))
    .digest('hex');
}
