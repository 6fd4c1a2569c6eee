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

/** Saves credentials for all jobs of the application; the same once more changes nothing. */
export async function saveCredentials(
  { graph }: Context,
  { servicePrincipalId }: JobKey,
  value: readonly Credential[],
): Promise<void> {
  const path = `/v1.0/servicePrincipals/${encodeURIComponent(servicePrincipalId)}/synchronization/secrets`;
  await graph.send({ method: 'PUT', path, body: { value }, missing: 'lags', retryIf: notSettled });
}
