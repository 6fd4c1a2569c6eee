import { z } from 'zod';

/** Types of the resources that the customers program registers. */
export const TYPES = {
  application: 'azuread:index/application:Application',
  password: 'azuread:index/applicationPassword:ApplicationPassword',
  principal: 'azuread:index/servicePrincipal:ServicePrincipal',
  grant: 'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant',
  userFlow: 'entragraph:index:UserFlow',
  eventsFlow: 'entragraph:index:AuthenticationEventsFlow',
  policy: 'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy',
} as const;

const Texts = z.array(z.string());
const Reference = z.object({ $ref: z.string() }).transform(({ $ref }) => $ref);

const ClaimNames = z.array(z.object({ name: z.string() }).transform(({ name }) => name));

export const Application = z.object({
  displayName: z.string(),
  signInAudience: z.string().optional(),
  identifierUris: Texts.default([]),
  api: z
    .object({ oauth2PermissionScopes: z.array(z.object({ value: z.string(), enabled: z.boolean().default(true) })) })
    .default({ oauth2PermissionScopes: [] }),
  web: z.object({ redirectUris: Texts.default([]) }).default({ redirectUris: [] }),
  optionalClaims: z
    .object({ accessTokens: ClaimNames.default([]), idTokens: ClaimNames.default([]) })
    .default({ accessTokens: [], idTokens: [] }),
});
export const Password = z.object({
  applicationId: Reference,
  startDate: z.iso.datetime().optional(),
  endDate: z.iso.datetime(),
});
export const Principal = z.object({ clientId: Reference });
export const Grant = z.object({
  claimValues: Texts,
  servicePrincipalObjectId: Reference,
  resourceServicePrincipalObjectId: Reference,
  userObjectId: z.unknown().optional(),
});
export const UserFlow = z.object({
  userFlowId: z.string(),
  userFlowType: z.enum(['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset']),
  multifactor: z.object({ state: z.enum(['off', 'on', 'conditional']), method: z.string().optional() }).optional(),
  attributes: z
    .array(z.object({ attribute: z.string(), isOptional: z.boolean(), requiresVerification: z.boolean() }))
    .default([]),
  claims: Texts.default([]),
  identityProviders: Texts.default([]),
});

export const EventsFlow = z.object({
  displayName: z.string(),
  isSignUpAllowed: z.boolean(),
  attributes: z.array(z.object({ attribute: z.string(), isOptional: z.boolean() })).default([]),
  identityProviders: Texts,
  applications: z.array(Reference),
});
export const Policy = z.object({
  state: z.string(),
  conditions: z.object({
    applications: z.object({ includedApplications: z.array(Reference) }),
    users: z.object({ includedUsers: Texts }),
  }),
  grantControls: z.object({ builtInControls: Texts.default([]) }),
});
