import type { TenantJob, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import { DEFAULT_MAPPINGS } from '../../estate/sections/limits';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import { left } from './left';
import type { Words } from './saml-words';

type Entry = NonNullable<NonNullable<WorkforceWords['awsApplication']>['scim']>;

/** Settings of provisioning that Graph never answers. */
export interface ScimGiven {
  /** The SCIM endpoint of Identity Center. */
  readonly endpoint?: string | undefined;
  /** Day on which the token ends. */
  readonly tokenExpires?: string | undefined;
}

/** Provisioning of the application, by the job of its template. */
export function scimWords(
  { jobs }: WorkforceTenant,
  templateId: string,
  { endpoint, tokenExpires }: ScimGiven,
): Words<Entry | undefined> {
  if (jobs.state !== 'known') {
    const why = jobs.state === 'denied' ? jobs.permission : jobs.reason;
    return { words: undefined, left: left('denied', `provisioning: ${why}`) };
  }
  const job = jobs.value.find((one) => one.templateId === templateId);
  const others = jobs.value.filter((one) => one !== job).map(({ id }) => id);
  if (job === undefined) return { words: undefined, left: left('job', ...others) };
  const kept = [...left('job', ...others), ...left('secret', 'the SCIM token of provisioning')];
  if (endpoint === undefined || tokenExpires === undefined) {
    const lacking = [...(endpoint === undefined ? [ENDPOINT] : []), ...(tokenExpires === undefined ? [EXPIRES] : [])];
    return { words: undefined, left: [...left('to-be-given', ...lacking), ...kept] };
  }
  const mappings = mappingWords(job);
  const words = { endpoint, tokenExpires, ...(!job.isRunning && { running: false }), ...mappings.words };
  return { words, left: [...mappings.left, ...kept] };
}

const ENDPOINT =
  'the SCIM endpoint, --scim-endpoint URL: IAM Identity Center, Settings, Automatic provisioning. Without it the estate has no provisioning';
const EXPIRES =
  'the day on which the SCIM token ends, --scim-token-expires DAY: IAM Identity Center, Settings, Manage provisioning. Without it the estate has no provisioning';

/** An estate says which attribute a target comes from; without a word on it, that is the default of the estate. */
function mappingWords({ mappings }: TenantJob): Words<Pick<Entry, 'attributeMappings'>> {
  const said = mappings.flatMap(({ target, source }) => (source === undefined ? [] : [{ target, source }]));
  const unsaid = mappings.filter(({ source }) => source === undefined).map(({ target }) => target);
  const isDefault = JSON.stringify(said) === JSON.stringify(DEFAULT_MAPPINGS);
  return { words: isDefault ? {} : { attributeMappings: said }, left: left('mapping', ...unsaid) };
}
