import { createHash } from 'node:crypto';
import type { Customers, DirectoryType, FlowUse } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import {
  HANDOFF_PARAMETERS,
  HANDOFF_SCOPES,
  HANDOFF_VARIABLES,
  type HandoffId,
  type HandoffIds,
} from '../estate/sections/hosting/handoff';
import type { Hosting } from '../estate/sections/hosting/hosting';
import type { CustomersOutputs } from './customers-outputs';
import { HandoffError, type HandoffStore } from './store';

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

/**
 * The current secret lives for more than a whole period yet. One that does not is of a period that is over, or over for good:
 * the stack was not deployed since, and services that took it over would lose it before the next one is due.
 *
 * @throws HandoffError if the secret has ended, or ends within a period of the estate's rotation
 */
export function checkSecretLife(target: Target, { clientSecretExpires }: CustomersOutputs, now: Date): void {
  const { periodDays } = target.customers.webApplication.clientSecret;
  const days = (Date.parse(clientSecretExpires) - now.getTime()) / DAY_MS;
  if (days > periodDays) return;
  const day = clientSecretExpires.slice(0, 10);
  const state =
    days <= 0
      ? `ended on ${day}`
      : `ends on ${day}, within the ${periodDays} days of a period (customers.webApplication.clientSecret.period)`;
  throw new HandoffError(
    `The client secret of the stack ${target.stack} ${state}: nothing was written.\n` +
      `Make the one that is due, then run this again: pulumi up --stack ${target.stack}`,
  );
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

/**
 * A digest of everything that is handed over. The secret takes part by the id of its version, so that the digest, which many
 * may read, tells nothing about its value.
 */
export function versionOf(ids: Handoff['ids'], secretVersion: string): string {
  return createHash('sha256')
    .update(JSON.stringify([Object.entries(ids), secretVersion]))
    .digest('hex');
}
