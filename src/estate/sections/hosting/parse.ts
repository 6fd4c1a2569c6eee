import type { Path } from '../../source/finding';
import type { CustomDomain, Hosting, ServiceSize } from './hosting';
import { HOSTING_DEFAULTS, originOf } from './hosting';
import type { HostingEntry, ServiceEntry } from './schema';
import { withoutUndefined } from '../shared/without-undefined';

/** What the file leaves out follows from the kind of environment. */
export function readHosting(entry: HostingEntry, at: Path): Hosting {
  const { environment, account, region, platform, privateApi } = entry;
  const defaults = HOSTING_DEFAULTS[environment];
  const size = (service: ServiceEntry | undefined, key: string): ServiceSize => ({
    ...defaults.size,
    ...withoutUndefined(service ?? {}),
    at: [...at, key],
  });
  return {
    at,
    environment,
    account,
    region,
    platform,
    ...addressOf(entry, at),
    web: size(entry.web, 'web'),
    api: size(entry.api, 'api'),
    ...(privateApi && { privateApi: { ...privateApi, at: [...at, 'privateApi'] } }),
    kmsKeys: entry.kmsKeys ?? defaults.kmsKeys,
    rateLimit: entry.waf?.rateLimit ?? defaults.rateLimit,
    alarmEmails: entry.alarms?.emails ?? [],
    logRetentionDays: entry.logRetentionDays ?? defaults.logRetentionDays,
  };
}

function addressOf({ url, domain }: HostingEntry, at: Path): { readonly url?: string; readonly domain?: CustomDomain } {
  if (domain === undefined) return url === undefined ? {} : { url };
  return { url: url ?? originOf(domain), domain: { ...domain, at: [...at, 'domain'] } };
}
