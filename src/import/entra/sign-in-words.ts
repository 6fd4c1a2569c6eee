import type { WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { SignInPolicy } from '../../clouds/facts/workforce-facts';
import { AUTHENTICATION_STRENGTHS, parseSignInFrequency } from '../../estate/sections/workforce/sign-in';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import { type EntraLeft, left } from './left';
import type { Words } from './saml-words';

type Entry = NonNullable<NonNullable<WorkforceWords['awsApplication']>['conditionalAccess']>;

/** The policy of the application that the estate can say, or a word on the one that covers it. */
export function signInWords(tenant: WorkforceTenant): Words<Entry | undefined> {
  const { policies, application } = tenant;
  if (policies.state !== 'known') {
    const why = policies.state === 'denied' ? policies.permission : policies.reason;
    return { words: undefined, left: left('denied', `Conditional Access policies: ${why}`) };
  }
  const own = policies.value.filter(({ applications }) => applications.includes(application.appId));
  const names = new Map<string, string>(
    tenant.groups.filter(({ namesakes }) => namesakes <= 1).map((one) => [one.id, one.displayName]),
  );
  const read = own.map((policy) => ({ policy, entry: entryOf(policy, application.appId, names) }));
  const chosen = read.find(({ entry }) => entry !== undefined);
  const others = own.filter((policy) => policy !== chosen?.policy);
  const rest: readonly EntraLeft[] = left('policy', ...others.map(({ name, id }) => `${name} (${id})`));
  if (chosen?.entry !== undefined) return { words: chosen.entry, left: rest };
  const covering = policies.value.find(
    (policy) => policy.isEnforced && policy.asksForMfa && covers(policy, application.appId),
  );
  if (covering === undefined) return { words: undefined, left: rest };
  return { words: { managedElsewhere: `The policy '${covering.name}' of the tenant covers it.` }, left: rest };
}

function covers({ applications, excludedApplications }: SignInPolicy, appId: string): boolean {
  return (applications.includes('All') || applications.includes(appId)) && !excludedApplications.includes(appId);
}

const STATES: Readonly<Record<string, 'enabled' | 'reportOnly'>> = {
  enabled: 'enabled',
  enabledForReportingButNotEnforced: 'reportOnly',
};

/** Places of a policy's settings that an entry accounts for. */
const EXCLUDED = 'conditions.users.excludeGroups';
const APPLICATIONS = 'conditions.applications.includeApplications';
const FREQUENCY = 'sessionControls.signInFrequency';

/** Settings that a policy of the estate has in one way only. */
const FIXED = {
  'conditions.users.includeUsers': 'All',
  'conditions.clientAppTypes': 'all',
} as const;

/** Tells whether a policy is about this application alone, for everyone, and has no setting that an entry can't say. */
function isPlain({ settings, applications }: SignInPolicy, appId: string): boolean {
  const accounted = ['state', 'grantControls', FREQUENCY, EXCLUDED, APPLICATIONS, ...Object.keys(FIXED)];
  const isSame = Object.entries(FIXED).every(([place, word]) => settings[place]?.join() === word);
  return isSame && applications.join() === appId && Object.keys(settings).every((place) => accounted.includes(place));
}

/** A policy in the words of the estate; undefined if it says more, or less, than these can. */
function entryOf(policy: SignInPolicy, appId: string, names: ReadonlyMap<string, string>): Entry | undefined {
  const { name, settings, excludedGroups } = policy;
  const [state] = (settings['state'] ?? []).map((text) => STATES[text]);
  const [require] = (settings['grantControls'] ?? []).map(requirementOf);
  const frequencies = (settings[FREQUENCY] ?? []).map(frequencyOf);
  const groups = excludedGroups.map((id) => names.get(id));
  const isSaid = ![...groups, ...frequencies].includes(undefined) && isPlain(policy, appId);
  if (state === undefined || require === undefined || !isSaid) return undefined;
  const excluded = groups.filter((group) => group !== undefined);
  const [signInFrequency] = frequencies;
  return {
    displayName: name,
    ...{ state, require },
    ...(signInFrequency !== undefined && { signInFrequency }),
    ...(excluded.length > 0 && { excludedGroups: excluded }),
  };
}

function requirementOf(grant: string): string | undefined {
  if (grant === 'mfa') return 'mfa';
  const id = /^authentication strength (\S+)$/.exec(grant)?.[1];
  const word = Object.entries(AUTHENTICATION_STRENGTHS).find(([, known]) => known === id)?.[0];
  return word ?? id;
}

/** `8 hours` and `every time` are how settings say it. */
function frequencyOf(text: string): string | undefined {
  if (text === 'every time') return 'everyTime';
  const [value = '', unit = ''] = text.split(' ');
  const word = unit.startsWith('hour') ? `PT${value}H` : `P${value}D`;
  return parseSignInFrequency(word) === undefined ? undefined : word;
}
