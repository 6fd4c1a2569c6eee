import { createHash } from 'node:crypto';
import type { DirectoryType, FlowUse } from '../estate/sections/customers/customers';
import type { HandoffParameter } from '../estate/sections/hosting/handoff';
import { HANDOFF_SCOPES } from '../estate/sections/hosting/handoff';
import type { CustomersOutputs } from './customers-outputs';
import { HandoffError } from './store';

/** Ids and addresses; the version is made from them. */
export type HandoffId = Exclude<HandoffParameter, 'version'>;

/** Everything that passes from the customers program to the hosting stacks. */
export interface Handoff {
  /** Those of the type of the directory, in the order in which they are written. */
  readonly ids: Readonly<Partial<Record<HandoffId, string>>>;
  readonly clientSecret: string;
}

const SCOPES = ['readScope', 'writeScope'] as const;

/** Ids that the applications need, in the order in which it is written. */
export const HANDOFF_IDS: Readonly<Record<DirectoryType, readonly HandoffId[]>> = {
  b2c: [
    'tenantId',
    'apiClientId',
    'webClientId',
    'signInFlow',
    'signInMetadataUrl',
    'stepUpFlow',
    'stepUpMetadataUrl',
    'profileEditMetadataUrl',
    'passwordResetMetadataUrl',
    ...SCOPES,
  ],
  'external-id': ['tenantId', 'apiClientId', 'stepUpApiClientId', 'webClientId', 'signInMetadataUrl', ...SCOPES],
};

/** Reads what the outputs of the customers program hand over. @throws HandoffError with everything that the estate lacks */
export function handoffOf(outputs: CustomersOutputs): Handoff {
  const { tenantId, apiClientId, stepUpApiClientId, webClientId, clientSecret, userFlows } = outputs;
  const found: Readonly<Record<HandoffId, string | undefined>> = {
    tenantId,
    apiClientId,
    stepUpApiClientId,
    webClientId,
    signInFlow: userFlows.signIn?.id,
    signInMetadataUrl: userFlows.signIn?.metadataUrl,
    stepUpFlow: userFlows.stepUp?.id,
    stepUpMetadataUrl: userFlows.stepUp?.metadataUrl,
    profileEditMetadataUrl: userFlows.profileEdit?.metadataUrl,
    passwordResetMetadataUrl: userFlows.passwordReset?.metadataUrl,
    readScope: scopeOf(outputs, HANDOFF_SCOPES.readScope),
    writeScope: scopeOf(outputs, HANDOFF_SCOPES.writeScope),
  };
  const needed = HANDOFF_IDS[outputs.directoryType];
  const lacking = needed.filter((id) => found[id] === undefined);
  if (lacking.length === 0) return { ids: Object.fromEntries(needed.map((id) => [id, found[id]])), clientSecret };
  const missing = [...new Set(lacking.map((id) => `  ${SOURCES[id]}`))].join('\n');
  throw new HandoffError(
    `The customers program lacks what the applications need; add it to the estate and deploy it:\n${missing}`,
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

const flowSource = (use: FlowUse): string => `a user flow with use: ${use} (customers.userFlows)`;
const scopeSource = (scope: string): string => `the scope ${scope} (customers.apiApplication.scopes)`;

/** Place in the estate that each one comes from. */
const SOURCES: Readonly<Record<HandoffId, string>> = {
  tenantId: 'customers.tenantId',
  apiClientId: 'customers.apiApplication',
  stepUpApiClientId: 'customers.stepUp',
  webClientId: 'customers.webApplication',
  signInFlow: flowSource('signIn'),
  signInMetadataUrl: flowSource('signIn'),
  stepUpFlow: flowSource('stepUp'),
  stepUpMetadataUrl: flowSource('stepUp'),
  profileEditMetadataUrl: flowSource('profileEdit'),
  passwordResetMetadataUrl: flowSource('passwordReset'),
  readScope: scopeSource(HANDOFF_SCOPES.readScope),
  writeScope: scopeSource(HANDOFF_SCOPES.writeScope),
};

/** A full scope name is the application ID URI, a slash and the scope's value. */
function scopeOf({ scopes }: CustomersOutputs, value: string): string | undefined {
  return scopes.find((scope) => scope.endsWith(`/${value}`));
}
