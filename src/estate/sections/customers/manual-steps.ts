import {
  authorityOf,
  type Customers,
  type CustomExtension,
  type DeclaredProvider,
  MANUAL_SETTINGS,
  type ManualSetting,
  standingFlows,
  type UserFlow,
} from './customers';
import type { PersonStep, StepWords } from '../shared/step-records';
import { providerTitle } from './provider-types';

/** Steps that an estate's customers ask of a person, by the order of flows and providers. */
export function customersSteps(customers: Customers): readonly PersonStep[] {
  const { directoryType, identityProviders, customExtensions } = customers;
  const steps = [
    ...(directoryType === 'b2c'
      ? standingFlows(customers).flatMap((flow) => flowSteps(flow, customers))
      : tenantSteps(customers)),
    ...identityProviders.map((provider) => redirectStep(provider, customers)),
    ...customExtensions.flatMap((extension) => extensionSteps(extension, customers)),
  ];
  return steps.map((step) => ({ program: 'customers', ...step }));
}

/** Settings of an external tenant that no program of this project makes: docs/external-id.md, 'By hand'. */
function tenantSteps(customers: Customers): readonly StepWords[] {
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
function flowSteps(flow: UserFlow, customers: Customers): readonly StepWords[] {
  const target = directoryOf(customers);
  return MANUAL_SETTINGS.flatMap((setting) => {
    const { page, asksOf, shows } = SETTINGS[setting];
    const asks = asksOf(flow);
    if (asks === '') return [];
    const why = 'Graph has no property for it';
    const step = { id: stepId(flow.id, setting), target, why, where: portalPlace(flow.id, page), asks, shows };
    return [setting === 'pages' ? step : { ...step, provedBy: flow.id }];
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
    shows:
      'a sign-in to the flow asks for the second factor; `npx --no entra-aws steps check FLOW` has a person sign in twice',
  },
  claims: {
    page: 'Application claims',
    asksOf: ({ claims }) => claims.toSorted().join(', '),
    shows: 'the ID token of a sign-in has them; `npx --no entra-aws steps check FLOW` names each that is missing',
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
function extensionSteps(extension: CustomExtension, customers: Customers): readonly StepWords[] {
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
function redirectStep(provider: DeclaredProvider, customers: Customers): StepWords {
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
