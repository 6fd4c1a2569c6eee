import type { Azure } from './azure';
import type { Path } from '../../source/finding';
import { LOG_RETENTION_DAYS, PREVIEW_TRUST } from '../limits';
import type { AzureEntry } from './schema';

export function readAzure(entry: AzureEntry, at: Path): Azure {
  return {
    ...entry,
    at,
    logs: { retentionDays: entry.logs?.retentionDays ?? LOG_RETENTION_DAYS.default },
    previewTrust: entry.previewTrust ?? PREVIEW_TRUST.default,
  };
}
