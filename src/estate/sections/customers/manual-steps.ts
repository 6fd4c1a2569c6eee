import {
  authorityOf,
  type Customers,
  type CustomExtension,
  type DeclaredProvider,
  MANUAL_SETTINGS,
  type ManualSetting,
  type UserFlow,
} from './customers';
import { providerTitle } from './provider-types';
import { z } from 'zod';
import { Name } from '../shared/rules';
import { isDay } from '../durations';
import type { Issue } from '../../source/finding';
import { quotedList } from '../../../text/suggest';
import { issuesOf } from '../../source/zod-issues';
import { valueAt } from '../../../text/path';

/** Something that only a person can do. */
export interface PersonStep {
  /** `B2C_1_signupsignin1/claims`. */
  readonly id: string;
  /** Directory, and client at a provider, that it is done in. In another one it is still to do. */
  readonly target: string;
  /** Reason why no program does it. */
  readonly why: string;
  /** Place, as the portal names its pages. */
  readonly where: string;
  /** Value to set there, the same text for the same declaration in whatever order. */
  readonly asks: string;
  /** Sign from outside that it is done. */
  readonly shows: string;
}

/** Steps that an estate's customers ask of a person, by the order of flows and providers. */
export function customersSteps(customers: Customers): readonly PersonStep[] {
  const { directoryType, userFlows, identityProviders, customExtensions } = customers;
  return [
    ...(directoryType === 'b2c' ? userFlows.flatMap((flow) => flowSteps(flow, customers)) : tenantSteps(customers)),
    ...identityProviders.map((provider) => redirectStep(provider, customers)),
    ...customExtensions.flatMap((extension) => extensionSteps(extension, customers)),
  ];
}

/** Settings of an external tenant that no program of this project makes: docs/external-id.md, 'By hand'. */
function tenantSteps(customers: Customers): readonly PersonStep[] {
  const target = directoryOf(customers);
  const why = 'it is a setting of the whole tenant, which no program of the estate owns';
  const password = {
    id: 'tenant/password-reset',
    target,
    why,
    where: 'Entra admin center > Company branding > Sign-in form',
    asks: 'show the self-service password reset',
    shows: "the sign-in page has 'Forgot password?'",
  };
  if (customers.stepUp === undefined) return [password];
  const code = {
    id: 'tenant/email-otp',
    target,
    why,
    where: 'Entra admin center > Authentication methods > Policies > Email OTP',
    asks: 'enabled for all users',
    shows: 'the next sign-in that the policy is about offers a code by e-mail',
  };
  return [password, code];
}

/** Steps of the declared settings of a B2C user flow that only a person can make. */
function flowSteps(flow: UserFlow, customers: Customers): readonly PersonStep[] {
  const target = directoryOf(customers);
  return MANUAL_SETTINGS.flatMap((setting) => {
    const { page, asksOf, shows } = SETTINGS[setting];
    const asks = asksOf(flow);
    if (asks === '') return [];
    const why = 'Graph has no property for it';
    return [{ id: stepId(flow.id, setting), target, why, where: portalPlace(flow.id, page), asks, shows }];
  });
}

function directoryOf({ directory, tenantId }: Customers): string {
  return `directory ${directory}, ${tenantId}`;
}

/** Id of the step of a flow's setting. */
export function stepId(flow: string, setting: ManualSetting): string {
  return `${flow}/${setting}`;
}

interface Setting {
  /** Page of the user flow in the portal. */
  readonly page: string;
  /** Value to set; empty where the flow declares nothing. */
  readonly asksOf: (flow: UserFlow) => string;
  readonly shows: string;
}

const SETTINGS: Readonly<Record<ManualSetting, Setting>> = {
  multifactor: {
    page: 'Properties > Multifactor authentication',
    asksOf: ({ multifactor }) => (multifactor === undefined ? '' : factorText(multifactor)),
    shows: 'a sign-in to the flow asks for the second factor',
  },
  claims: {
    page: 'Application claims',
    asksOf: ({ claims }) => claims.toSorted().join(', '),
    shows: 'the ID token of a sign-in has them; `npx --no entra-aws steps check` names each that is missing',
  },
  tokens: {
    page: 'Properties > Token lifetime, Session behavior',
    asksOf: ({ tokens: { accessMinutes, refreshDays, sessionMinutes } = {} }) =>
      listed([
        ['access and ID tokens', accessMinutes, 'minutes'],
        ['refresh tokens', refreshDays, 'days'],
        ['session', sessionMinutes, 'minutes'],
      ]),
    shows: 'exp less iat of a token is the declared life; `npx --no entra-aws steps check` compares it',
  },
  pages: {
    page: 'Page layouts, and Properties > JavaScript',
    asksOf: ({ pages: { template, layout, javaScript } = {} }) =>
      listed([
        ['template', template],
        ['layout version', layout],
        ['JavaScript', javaScript === undefined ? undefined : javaScript ? 'on' : 'off'],
      ]),
    shows: 'the pages of the flow look so',
  },
};

function factorText({ state, method }: NonNullable<UserFlow['multifactor']>): string {
  return method === undefined ? state : `${state} by ${method}`;
}

function listed(
  parts: readonly (readonly [what: string, value: string | number | undefined, unit?: string])[],
): string {
  return parts
    .filter(([, value]) => value !== undefined)
    .map(([what, value = '', unit]) => `${what} ${value}${unit === undefined ? '' : ` ${unit}`}`)
    .join(', ');
}

/** The service signs in to an API as its registration, which a person makes; tokens get claims by the portal's mapping. */
function extensionSteps(extension: CustomExtension, customers: Customers): readonly PersonStep[] {
  const { name, displayName = name, resourceId, claims } = extension;
  const target = directoryOf(customers);
  const clientId = resourceId.slice(resourceId.lastIndexOf('/') + 1);
  const receive = {
    id: `${name}/registration`,
    target,
    why: 'the registration that stands for an API belongs to whoever runs the API',
    where: `Entra admin center > App registrations > ${clientId}`,
    asks: `application ID URI ${resourceId}, and CustomAuthenticationExtension.Receive.Payload of Microsoft Graph with an administrator's consent`,
    shows: 'the API is called with a token for this registration',
  };
  if (claims === undefined) return [receive];
  const webClient = customers.webApplication.displayName;
  const mapping = {
    id: `${name}/claims`,
    target,
    why: 'which claim of a token takes which value is set at the application',
    where: `Entra admin center > Enterprise applications > ${webClient} > Single sign-on > Attributes & Claims`,
    asks: `the custom claims provider ${displayName}, and from it ${claims.toSorted().join(', ')}`,
    shows: 'the ID token of a sign-in has them',
  };
  return [receive, mapping];
}

/** A provider sends people back to addresses that it was told beforehand. */
function redirectStep(provider: DeclaredProvider, customers: Customers): PersonStep {
  const { name, type, clientId = provider.serviceId ?? '' } = provider;
  const title = provider.displayName ?? providerTitle(type);
  return {
    id: `${name}/redirect-uri`,
    target: `client ${clientId} of ${type}, for the ${directoryOf(customers)}`,
    why: 'the provider is told at the provider',
    where: `console of ${title} > client ${clientId} > redirect URIs`,
    asks: redirectUri(customers, type),
    shows: `a sign-in by ${title} comes back to the application`,
  };
}

/** Source: 'Set up sign-up and sign-in with …' of Azure AD B2C. External ID has several, which differ by provider. */
function redirectUri(customers: Customers, type: DeclaredProvider['type']): string {
  if (customers.directoryType === 'b2c') {
    return `${authorityOf(customers, 'oauth2')}/authresp`;
  }
  const page = type === 'openIdConnect' ? 'OpenID Connect' : providerTitle(type);
  return `those that Microsoft's page 'Add ${page} as an identity provider' lists, with tenant ${customers.tenantId} and directory ${customers.directory}`;
}

/** Place of a setting in the Azure portal. */
export function placeOf(flow: string, setting: ManualSetting): string {
  return portalPlace(flow, SETTINGS[setting].page);
}

/** Place of a page of a user flow in the Azure portal. */
function portalPlace(flow: string, page: string): string {
  return `Azure portal > Azure AD B2C > User flows > ${flow} > ${page}`;
}

/** The version that this program writes and reads. */
const VERSION = 1;

const Text = Name;

const StepRecord = z.strictObject({
  step: Text,
  target: Text,
  asks: Text,
  by: Text,
  on: Text,
  note: Text.exactOptional(),
});

const StepsFile = z.strictObject({ version: z.literal(VERSION), done: z.array(StepRecord) });

/**
 * A person's word that a step is done. It counts for what was asked then, word for word: asked for something else, or in another
 * directory, the step is open again.
 */
export type StepRecord = Readonly<z.output<typeof StepRecord>>;

/** A step, and the record that it is done; without one it is open. */
export interface RecordedStep extends PersonStep {
  readonly record?: StepRecord;
}

/** Records of `steps.lock.json`, and what is wrong with the file. */
export interface ParsedRecords {
  readonly records: readonly StepRecord[];
  readonly issues: readonly Issue[];
}

/** @param latestDay the last day that has begun anywhere */
export function parseStepRecords(value: unknown, latestDay: string): ParsedRecords {
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && version > VERSION) {
    const problem = 'is a newer version of this file than this program reads';
    return failed([
      { ...issue(['version'], problem, `version ${VERSION}; update entra-aws-identity`), value: version },
    ]);
  }
  const parsed = StepsFile.safeParse(value);
  if (!parsed.success)
    return failed(issuesOf(parsed.error, StepsFile, value).map((one) => ({ ...one, file: 'steps' })));
  const { done } = parsed.data;
  const issues = done.flatMap(({ step, on }, index): readonly Issue[] => [
    ...(isDay(on) && on <= latestDay
      ? []
      : [{ ...issue(['done', index, 'on'], 'is not a day that has begun', 'YYYY-MM-DD'), value: on }]),
    ...(done.findIndex((other) => other.step === step) === index
      ? []
      : [{ ...issue(['done', index, 'step'], 'has two records', 'one for each step, the latest'), value: step }]),
  ]);
  return { records: issues.length > 0 ? [] : done, issues };
}

function failed(issues: readonly Issue[]): ParsedRecords {
  return { records: [], issues };
}

function issue(at: Issue['at'], problem: string, allowed: string): Issue {
  return { severity: 'error', code: 'steps-file', file: 'steps', at, problem, allowed };
}

/** Steps with their records. A record of what was asked once, and is not any more, is not one. */
export function withRecords(steps: readonly PersonStep[], records: readonly StepRecord[]): readonly RecordedStep[] {
  return steps.map((step) => {
    const record = records.find((one) => one.step === step.id && one.target === step.target && one.asks === step.asks);
    return record === undefined ? step : { ...step, record };
  });
}

/** Records that say nothing of the estate as it is: of another text, or of a step that it does not ask for. */
export function idleRecords(steps: readonly PersonStep[], records: readonly StepRecord[]): readonly Issue[] {
  return records.flatMap((record, index): readonly Issue[] => {
    const { step } = record;
    const asked = steps.find(({ id }) => id === step);
    const at = ['done', index];
    if (asked === undefined) {
      const allowed = `remove the record; steps: ${quotedList(steps.map(({ id }) => id))}`;
      const what = { value: step, problem: 'is not a step that the estate asks for', allowed };
      return [{ severity: 'warning', code: 'unknown-step', file: 'steps', at: [...at, 'step'], ...what }];
    }
    const key = (['target', 'asks'] as const).find((one) => record[one] !== asked[one]);
    if (key === undefined) return [];
    const what = key === 'asks' ? 'asks for' : 'is for';
    const problem = `is not what '${step}' ${what} now, which is '${asked[key]}': the step is open again`;
    const allowed = `do it, then run npx --no entra-aws steps done ${step} --by NAME`;
    return [
      {
        ...{ severity: 'warning', code: 'step-outdated', file: 'steps', at: [...at, key] },
        ...{ value: record[key], problem, allowed },
      },
    ];
  });
}

/** Text of the file with one more record, which takes the place of an older one of the step. */
export function recordsText(records: readonly StepRecord[], record: StepRecord): string {
  const done = [...records.filter(({ step }) => step !== record.step), record];
  return `${JSON.stringify({ version: VERSION, done }, undefined, 2)}\n`;
}
