import { z } from 'zod';
import { located } from '../../source/located';
import { CONDITIONAL_ACCESS_NAME_LENGTH, DIRECTORY_LABEL, DIRECTORY_TYPES } from '../limits';
import { Accepted, Name, nameMatching, once, sound, TenantId, titled, type Words } from '../shared/rules';
import { inAnyCase } from '../shared/issue';
import { ApiApplicationEntry, ApiEntry, ClientEntry, DisplayName, WebApplicationEntry } from './application-schema';
import {
  ApiConnectorEntry,
  CustomAttributeEntry,
  CustomExtensionEntry,
  IdentityProviderEntry,
} from './provider-schema';
import { UserFlowEntry } from './flow-schema';

/** Fault of a directory's name. */
function faultOfDirectory(directory: string): Words | undefined {
  if (DIRECTORY_LABEL.test(directory)) return undefined;
  const label = directory.toLowerCase().replace('.onmicrosoft.com', '');
  const isDomain = directory.toLowerCase().endsWith('.onmicrosoft.com') && DIRECTORY_LABEL.test(label);
  return isDomain
    ? { problem: 'is the whole domain', allowed: `its first label: ${label}` }
    : {
        problem: 'is not a valid first label of an onmicrosoft.com domain',
        allowed: '1 to 27 lower-case letters and digits',
      };
}

/** ISO 3166-1 alpha-2. */
const COUNTRY_CODE = /^[A-Z]{2}$/;

/** Azure template reference, 'Microsoft.AzureActiveDirectory b2cDirectories'. */
const DIRECTORY_LOCATIONS = ['United States', 'Europe', 'Asia Pacific', 'Australia'] as const;

const StepUpEntry = located(
  z.strictObject({
    displayName: DisplayName.describe('Name of the registration that owns the scopes.'),
    identifierUri: Name.describe(
      'Its Application ID URI. Without it, that of the API application with `-step-up` at its end.',
    ).exactOptional(),
    scopes: z
      .array(Name)
      .min(1, { error: 'is empty' })
      .meta({
        description: 'Values of scopes of the API application: those that need the second factor.',
        ...once('duplicate-step-up-scope', { allowed: 'each once' }),
      }),
    policy: Name.meta({
      description: 'Name of the Conditional Access policy that asks for the second factor.',
      ...titled(CONDITIONAL_ACCESS_NAME_LENGTH),
    }),
    accepted: Accepted,
  }),
).describe('External ID only: the scopes for which people give a second factor.');

const Keys = z
  .strictObject({
    directoryType: z
      .enum(DIRECTORY_TYPES)
      .meta({
        description:
          '`b2c`: Azure AD B2C, no longer sold to new customers. `external-id`: an external tenant of Microsoft Entra External ID, its successor.',
      })
      .default('b2c')
      .meta({ inserted: 'external-id' }),
    directory: Name.meta({
      description: 'First label of the initial domain: `contosoclaims` of `contosoclaims.onmicrosoft.com`.',
      pattern: DIRECTORY_LABEL.source,
      ...sound('directory-name', faultOfDirectory),
    }),
    tenantId: TenantId.describe('Tenant id of the directory.'),
    location: z
      .enum(DIRECTORY_LOCATIONS)
      .describe('Location of the data of the directory. Needed to create it from the `azure` section.')
      .exactOptional(),
    countryCode: nameMatching('country-code', COUNTRY_CODE, {
      description: 'Country of the directory: two capital letters of ISO 3166. Needed with `location`.',
      problem: 'is not a valid country code',
      allowed: 'two capital letters of ISO 3166, such as DE',
    }).exactOptional(),
    apiApplication: ApiApplicationEntry,
    webApplication: WebApplicationEntry,
    apis: z.array(ApiEntry).describe('APIs beside the hosted one.').default([]),
    applications: z
      .array(ClientEntry)
      .describe('Applications beside the hosted ones: each signs people in, or calls APIs without them.')
      .default([]),
    identityProviders: z
      .array(IdentityProviderEntry)
      .meta({
        description: 'Identity providers of the directory beside its own accounts, for user flows to offer.',
        ...once('identity-provider', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    attributes: z
      .array(CustomAttributeEntry)
      .meta({
        description: "User attributes of one's own, for user flows to ask for.",
        ...once('custom-attribute', { key: 'name', keyOf: inAnyCase, allowed: 'each name once, in whatever case' }),
      })
      .default([]),
    apiConnectors: z
      .array(ApiConnectorEntry)
      .meta({
        description: 'B2C only: APIs that user flows call at a sign-up, or before they send tokens.',
        ...once('api-connector', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    customExtensions: z
      .array(CustomExtensionEntry)
      .meta({
        description:
          'External ID only: APIs that are called while people sign up or sign in (custom authentication extensions).',
        ...once('custom-extension', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    userFlows: z.array(UserFlowEntry).meta({
      description: 'User flows of the directory.',
      ...once('duplicate-flow', {
        key: 'id',
        keyOf: inAnyCase,
        problem: 'is the name of two flows',
        allowed: 'each name once, in whatever case, also among previousNames',
      }),
    }),
    stepUp: StepUpEntry.exactOptional(),
  })
  .describe('The directory of the customers, its applications and user flows.');

export const CustomersEntry = located(Keys);
/** The section as it is written. */
export type CustomersWords = z.input<typeof Keys>;

/**
 * The section with whatever of its keys could be read. Without the directory, APIs have no identifier URIs and are
 * left out.
 */
export const PartialCustomersEntry = located(
  Keys.exactPartial({ directory: true, tenantId: true, apiApplication: true, webApplication: true, userFlows: true }),
).transform(({ apiApplication, stepUp, userFlows = [], ...customers }) => {
  const { directory } = customers;
  const base = directory && `https://${directory}.onmicrosoft.com`;
  const api = apiApplication && base !== undefined ? { identifierUri: `${base}/api`, ...apiApplication } : undefined;
  return {
    ...customers,
    userFlows,
    apis: base === undefined ? [] : customers.apis.map((one) => ({ identifierUri: `${base}/${one.name}`, ...one })),
    ...(api && { apiApplication: api }),
    ...(api && stepUp && { stepUp: { identifierUri: `${api.identifierUri}-step-up`, ...stepUp } }),
  };
});
