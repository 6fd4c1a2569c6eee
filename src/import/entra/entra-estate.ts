import { isMap, isScalar } from 'yaml';
import type { CustomersTenant, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { SignInPolicy } from '../../clouds/facts/workforce-facts';
import { whyUnread } from '../../clouds/reading';
import type { EstatePlan } from '../../estate/plan/planner';
import { planEstate } from '../../estate/plan/estate-plan';
import type { CustomersWords } from '../../estate/sections/customers/schema';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import {
  AUTHENTICATION_STRENGTHS,
  DEVICE_CONTROLS,
  DEVICES,
  parseSignInFrequency,
} from '../../estate/sections/workforce/conditional-access-schema';
import { ESTATE_FILE, type EstateFolder, withTexts } from '../../estate/source/estate-folder';
import { layOut, newDocument, openDocument, spaceOut, textOf } from '../estate-text';
import { existingText } from '../import-estate';
import { customersWords, type CustomersWordsOptions } from './customers-words';
import { groupWords } from './group-words';
import { acceptedWords, type Decisions, type EntraLeft, left, NO_DECISIONS, waysLeft } from './left';
import { samlWords, type SamlWordsOptions, type ScimGiven, scimWords, type Words } from './saml-words';

/** Directories that were read; either may be left out. */
export interface Tenants {
  readonly workforce?: WorkforceTenant;
  readonly customers?: CustomersTenant;
}

export type EntraWordsOptions = WorkforceWordsOptions & CustomersWordsOptions;

/** An estate that says what the directories have. */
export interface EntraEstate {
  /** Text of the estate file. */
  readonly text: string;
  readonly plan: EstatePlan;
  /** Things that the estate does not hold. */
  readonly left: readonly EntraLeft[];
}

interface Sections {
  readonly workforce?: WorkforceWords;
  readonly customers?: CustomersWords;
}

/**
 * Makes the file of an estate from directories. Of a file that exists, the keys that were read are replaced; all others stay,
 * with their comments. Nothing is written. @throws Error if the file can't be read, or a directory takes a choice
 */
export function entraEstate(folder: EstateFolder, tenants: Tenants, options: EntraWordsOptions): EntraEstate {
  const workforce = tenants.workforce && workforceWords(tenants.workforce, options);
  const customers = tenants.customers && customersWords(tenants.customers, options);
  const text = entraText(
    { ...(workforce && { workforce: workforce.words }), ...(customers && { customers: customers.words }) },
    existingText(folder),
  );
  return {
    text,
    plan: planEstate(withTexts(folder, { [ESTATE_FILE]: text })),
    left: [...(workforce?.left ?? []), ...(customers?.left ?? [])],
  };
}

/** Lists that get an empty line between their items. */
const LISTS = ['userFlows'];

function entraText(sections: Sections, existing: string | undefined): string {
  const document = existing === undefined ? newDocument() : openDocument(existing);
  const all: readonly (readonly [string, object | undefined])[] = [
    ['workforce', sections.workforce],
    ['customers', sections.customers],
  ];
  for (const [name, words] of all) {
    if (words === undefined) continue;
    const found = document.get(name, true);
    if (!isMap(found) && !isEmpty(found))
      throw new Error(`the section '${name}' must be a mapping; nothing was written`);
    if (!isMap(found)) document.set(name, document.createNode(words));
    else for (const [key, value] of Object.entries<unknown>({ ...words })) found.set(key, document.createNode(value));
    const section = document.get(name, true);
    for (const list of LISTS) layOut(section, list);
    spaceOut(section);
  }
  return textOf(document);
}

/** Tells whether a key is missing, or has nothing behind it. */
function isEmpty(node: unknown): boolean {
  return node === undefined || (isScalar(node) && node.value === null);
}

/** A template of Entra ID in the words of an estate. */
interface TemplateWords {
  readonly template: 'gallery' | 'non-gallery';
  /** Template of its provisioning job. */
  readonly synchronization: string;
}

interface WorkforceWordsOptions extends SamlWordsOptions {
  /** By the ids of the templates. */
  readonly templates: ReadonlyMap<string, TemplateWords>;
  readonly scim: ScimGiven;
  /** @default nothing was decided */
  readonly decisions?: Decisions | undefined;
}

/** The section of an estate that says what a tenant has of the way to AWS. @throws Error if no estate can have the application */
function workforceWords(tenant: WorkforceTenant, options: WorkforceWordsOptions): Words<WorkforceWords> {
  const { application, tenantId, trust } = tenant;
  const { day, decisions = NO_DECISIONS } = options;
  const template = options.templates.get(application.templateId);
  if (template === undefined) {
    throw new Error(
      `the application '${application.displayName}' was made from ${application.templateId === '' ? 'no template' : `the template ${application.templateId}`}; ` +
        "an estate has applications of the gallery's AWS IAM Identity Center, or of those that are not in the gallery",
    );
  }
  const [saml, groups] = [samlWords(tenant, options), groupWords(tenant)];
  const [signIn, scim] = [signInWords(tenant), scimWords(tenant, template.synchronization, options.scim)];
  return {
    words: {
      tenantId,
      groups: groups.words.groups,
      awsApplication: {
        displayName: application.displayName,
        ...(template.template !== 'gallery' && { template: template.template }),
        saml: saml.words,
        assignedGroups: groups.words.assignedGroups,
        ...(signIn.words && { conditionalAccess: signIn.words }),
        ...(scim.words && { scim: scim.words }),
        ...acceptedWords(decisions, 'aws'),
      },
    },
    left: [
      ...saml.left,
      ...waysLeft(application.displayName, trust, { decisions, application: 'aws', powers: {}, day }),
      ...groups.left,
      ...signIn.left,
      ...scim.left,
    ],
  };
}

type Entry = NonNullable<NonNullable<WorkforceWords['awsApplication']>['conditionalAccess']>;

/** The policy of the application that the estate can say, or a word on the one that covers it. */
function signInWords(tenant: WorkforceTenant): Words<Entry | undefined> {
  const { policies, application } = tenant;
  if (policies.state !== 'known') {
    return { words: undefined, left: left('denied', `Conditional Access policies: ${whyUnread(policies)}`) };
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
  const [grants] = (settings['grantControls'] ?? []).map(requirementOf);
  const frequencies = (settings[FREQUENCY] ?? []).map(frequencyOf);
  const groups = excludedGroups.map((id) => names.get(id));
  const isSaid = ![...groups, ...frequencies].includes(undefined) && isPlain(policy, appId);
  if (state === undefined || grants === undefined || !isSaid) return undefined;
  const excluded = groups.filter((group) => group !== undefined);
  const [signInFrequency] = frequencies;
  return {
    displayName: name,
    ...{ state, ...grants },
    ...(signInFrequency !== undefined && { signInFrequency }),
    ...(excluded.length > 0 && { excludedGroups: excluded }),
  };
}

/** What `mfa and compliantDevice` asks for; nothing where an entry can't say all of it. */
function requirementOf(grants: string): Pick<Entry, 'require' | 'device'> | undefined {
  const words = grants.split(' and ');
  const device = DEVICES.find((one) => words.includes(DEVICE_CONTROLS[one]));
  const [grant = '', ...more] = words.filter((word) => device === undefined || word !== DEVICE_CONTROLS[device]);
  const id = /^authentication strength (\S+)$/.exec(grant)?.[1];
  const word = Object.entries(AUTHENTICATION_STRENGTHS).find(([, known]) => known === id)?.[0];
  const require = grant === 'mfa' ? 'mfa' : (word ?? id);
  return require === undefined || more.length > 0 ? undefined : { require, ...(device && { device }) };
}

/** `8 hours` and `every time` are how settings say it. */
function frequencyOf(text: string): string | undefined {
  if (text === 'every time') return 'everyTime';
  const [value = '', unit = ''] = text.split(' ');
  const word = unit.startsWith('hour') ? `PT${value}H` : `P${value}D`;
  return parseSignInFrequency(word) === undefined ? undefined : word;
}
