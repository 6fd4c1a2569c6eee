import type { SamlApplication } from '../../clouds/facts/trust-facts';
import type { TenantJob, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import { whyUnread } from '../../clouds/reading';
import { ACS_URL, CERTIFICATE_NAME, DEFAULT_MAPPINGS, PORTAL_HOST, SAML_ISSUER } from '../../estate/sections/limits';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import { type EntraLeft, left, openWays } from './left';

type Application = NonNullable<WorkforceWords['awsApplication']>;

/** Part of an estate with what it leaves out. */
export interface Words<T> {
  readonly words: T;
  readonly left: readonly EntraLeft[];
}

/** Definitions of claims mapping policies by what the NameID is made from. */
export type ClaimsDefinitions = Readonly<Record<'userPrincipalName' | 'mail', string>>;

export interface SamlWordsOptions {
  readonly definitions: ClaimsDefinitions;
  /** The day in UTC. */
  readonly day: string;
  /** Addresses that are known to be told of an expiry. @default nothing says which */
  readonly notificationEmails?: readonly string[] | undefined;
}

/** The SAML settings of an application. @throws Error if it has no identifier or reply URL */
export function samlWords(
  tenant: WorkforceTenant,
  { definitions, day, notificationEmails: declared }: SamlWordsOptions,
): Words<Application['saml']> {
  const { application } = tenant;
  const identifier = theOne(application.identifierUris, SAML_ISSUER);
  const replyUrl = primaryAcs(application.redirectUris, identifier) ?? theOne(application.redirectUris, ACS_URL);
  const missing = [
    ...(identifier === undefined ? ['an identifier'] : []),
    ...(replyUrl === undefined ? ['a reply URL'] : []),
  ];
  if (identifier === undefined || replyUrl === undefined) {
    throw new Error(
      `the application '${application.displayName}' lacks ${missing.join(' and ')} of IAM Identity Center: set up its single ` +
        'sign-on first, or choose another one by --application',
    );
  }
  const additionalReplyUrls = application.redirectUris.filter((url) => url !== replyUrl && ACS_URL.test(url));
  const certificates = certificateWords(application, day);
  const nameId = nameIdOf(tenant, definitions);
  const emails = application.notificationEmails.filter((email) => declared?.includes(email) !== false);
  return {
    words: {
      identifier,
      replyUrl,
      ...(additionalReplyUrls.length > 0 && { additionalReplyUrls }),
      signOnUrl: application.signOnUrl,
      ...(nameId.words !== 'userPrincipalName' && { nameId: nameId.words }),
      ...(emails.length > 0 && { notificationEmails: emails }),
      signingCertificates: certificates.words,
    },
    left: [
      ...decisions(application, emails),
      ...addressesLeft(application, identifier, replyUrl),
      ...certificates.left,
      ...nameId.left,
    ],
  };
}

/** Whoever is told of an expiry knows when to write to whom. */
function decisions(application: SamlApplication, adopted: readonly string[]): readonly EntraLeft[] {
  return [
    ...left('decide', ...openWays(application)),
    ...left(
      'decide',
      ...application.notificationEmails
        .filter((email) => !adopted.includes(email))
        .map((email) => `${email} is told of an expiry, which the estate does not declare`),
    ),
  ];
}

/** The address that matches; without one the first. */
function theOne(addresses: readonly string[], pattern: RegExp): string | undefined {
  return addresses.find((address) => pattern.test(address)) ?? addresses[0];
}

/** The ACS URL of the Region that the identifier is in: an instance of several Regions has more. */
function primaryAcs(addresses: readonly string[], identifier: string | undefined): string | undefined {
  const region = SAML_ISSUER.exec(identifier ?? '')?.groups?.['region'];
  return region && addresses.find((address) => ACS_URL.exec(address)?.groups?.['region'] === region);
}

function addressesLeft(
  { identifierUris, redirectUris, signOnUrl, mode, assignmentRequired, isHidden }: SamlApplication,
  identifier: string,
  replyUrl: string,
): readonly EntraLeft[] {
  const replies = redirectUris.filter((url) => url !== replyUrl && !ACS_URL.test(url));
  const isPortal = URL.canParse(signOnUrl) && PORTAL_HOST.test(new URL(signOnUrl).hostname);
  return [
    ...left(
      'address',
      ...identifierUris.filter((one) => one !== identifier).map((one) => `identifier ${one}, which stays`),
    ),
    ...left(
      'decide',
      ...replies.map((url) => `reply URL ${url}: it is not of AWS, and gets sign-ins; a deployment would remove it`),
    ),
    ...(isPortal
      ? []
      : left('would-change', `the sign-on URL is '${signOnUrl}', which must be that of the AWS access portal`)),
    ...(mode === 'saml' ? [] : left('would-change', `single sign-on is ${mode ?? 'off'}, and would be saml`)),
    ...(assignmentRequired ? [] : left('decide', 'sign-in is open to everyone; a deployment requires an assignment')),
    ...(isHidden ? left('would-change', 'My Apps does not show the application, and would') : []),
  ];
}

function certificateWords(
  { certificates, activeThumbprint }: SamlApplication,
  day: string,
): Words<Application['saml']['signingCertificates']> {
  const active = certificates.find(({ thumbprint }) => thumbprint === activeThumbprint);
  const signer = active ?? (certificates.length === 1 ? certificates[0] : undefined);
  const others = certificates
    .filter((one) => one !== signer)
    .map((one) => `${one.displayName} until ${one.endDateTime} (${one.thumbprint})`);
  if (signer === undefined)
    return { words: [], left: [...left('certificate', ...others), ...left('would-change', NONE_SIGNS)] };
  const name = signer.displayName.replace(/^CN=/, '');
  const isNamed = signer.displayName.startsWith('CN=') && CERTIFICATE_NAME.test(name);
  return {
    words: [{ name, activeFrom: beginOf(signer, day), expires: signer.endDateTime.slice(0, 10) }],
    left: [
      ...left('certificate', ...others),
      ...(active !== undefined
        ? []
        : left('would-change', `the certificate ${signer.displayName} does not sign, and would`)),
      ...(isNamed
        ? []
        : left('would-change', `the certificate ${signer.displayName} has a name that an estate can't have`)),
    ],
  };
}

const NONE_SIGNS = 'no certificate signs; the estate needs one';

/** It signs today, whenever it began. */
function beginOf({ startDateTime }: SamlApplication['certificates'][number], day: string): string {
  const began = startDateTime.slice(0, 10);
  return began < day ? began : day;
}

/** A policy that says what a deployment would say is the deployment's; any other one, and the portal's claims, stay. */
function nameIdOf(
  { claims, application }: WorkforceTenant,
  definitions: ClaimsDefinitions,
): Words<NonNullable<Application['saml']['nameId']>> {
  if (claims.state !== 'known') {
    return { words: 'managedElsewhere', left: left('denied', `claims: ${whyUnread(claims)}`) };
  }
  const [policy, ...more] = claims.value;
  const named = (['userPrincipalName', 'mail'] as const).find(
    (source) => policy?.definitions.length === 1 && policy.definitions[0] === definitions[source],
  );
  const isOurs = more.length === 0 && policy?.displayName === `${application.displayName}: NameID`;
  return { words: named !== undefined && isOurs ? named : 'managedElsewhere', left: [] };
}

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
    return { words: undefined, left: left('denied', `provisioning: ${whyUnread(jobs)}`) };
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
  const said = mappings.flatMap(({ target, attribute }) =>
    attribute === undefined ? [] : [{ target, source: attribute }],
  );
  const unsaid = mappings.filter(({ attribute }) => attribute === undefined).map(({ target }) => target);
  const isDefault = JSON.stringify(said) === JSON.stringify(DEFAULT_MAPPINGS);
  return { words: isDefault ? {} : { attributeMappings: said }, left: left('mapping', ...unsaid) };
}
