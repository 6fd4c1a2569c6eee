import { z } from 'zod';
import { Text } from '../inputs';
import type { Context } from '../resource';
import { isSaved, type Credential } from './credentials';
import type { JobKey } from './job';

const thresholdError = 'must be a whole number of 1 or more';

/** Address that is told of trouble, and the number of people whom one cycle may delete. */
export const Safeguards = z.strictObject({
  notificationEmail: Text,
  deletionThreshold: z.int({ error: thresholdError }).min(1, { error: thresholdError }),
});
export type Safeguards = z.infer<typeof Safeguards>;

const KEY = 'SyncNotificationSettings';

/** Safeguards in the form in which the portal saves them, beside the credentials (MicrosoftDocs/entra-docs#2084). */
export function safeguardSettings(safeguards: Safeguards | undefined): readonly Credential[] {
  if (safeguards === undefined) return [];
  const settings = {
    Enabled: true,
    Recipients: safeguards.notificationEmail,
    DeleteThresholdEnabled: true,
    DeleteThresholdValue: safeguards.deletionThreshold,
  };
  return [{ key: KEY, value: JSON.stringify(settings) }];
}

/** Declared safeguards, as long as some are saved: Graph never answers which. */
export async function liveSafeguards(
  context: Context,
  key: JobKey,
  declared: Safeguards | undefined,
): Promise<Safeguards | undefined> {
  return declared !== undefined && (await isSaved(context, key, KEY)) ? declared : undefined;
}
