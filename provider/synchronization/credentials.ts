import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { commandJob, notSettled, type JobKey } from './job';

/** A credential as the provisioning template names it, or a setting that Graph saves beside them. */
export interface Credential {
  readonly key: string;
  readonly value: string;
}

/** Settings among the credentials, about which the target is not asked. */
const SETTINGS: readonly string[] = ['SyncAll', 'SyncNotificationSettings'];

/** The target refuses credentials, and will do so again. */
export class CredentialsRefused extends Error {}

/** Asks the target to take credentials, or those that are saved. @throws CredentialsRefused */
export async function validateCredentials(
  context: Context,
  key: JobKey,
  credentials: readonly Credential[] | undefined,
): Promise<void> {
  const sent = credentials?.filter((one) => !SETTINGS.includes(one.key));
  const body = sent === undefined ? { useSavedCredentials: true } : { credentials: sent };
  try {
    await commandJob(context, key, { command: 'validateCredentials', body });
  } catch (error) {
    if (!(error instanceof GraphError) || error.isTransient || notSettled(error) || error.isNotFound) throw error;
    throw new CredentialsRefused(error.message);
  }
}

const pathOf = ({ servicePrincipalId }: JobKey): string =>
  `/v1.0/servicePrincipals/${encodeURIComponent(servicePrincipalId)}/synchronization/secrets`;

/**
 * Saves credentials for all jobs of the application; the same once more changes nothing. Keys that are not given stay as they
 * are: https://github.com/microsoftgraph/msgraph-metadata/issues/347
 */
export async function saveCredentials({ graph }: Context, key: JobKey, value: readonly Credential[]): Promise<void> {
  const path = pathOf(key);
  await graph.send({ method: 'PUT', path, body: { value }, missing: 'lags', retryIf: notSettled });
}

/** Tells whether something is saved under a key. Graph never answers what. */
export async function isSaved({ graph }: Context, key: JobKey, name: string): Promise<boolean> {
  const saved = await graph.list(pathOf(key));
  return saved.some((one) => one['key'] === name);
}
