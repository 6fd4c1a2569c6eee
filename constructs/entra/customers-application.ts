import * as azuread from '@pulumi/azuread';
import type * as pulumi from '@pulumi/pulumi';
import { firstOwner } from './first-owner';
import type { DirectoryType } from '../../src/estate/sections/customers/customers';
import { CONFIDENTIAL, OPEN } from './sign-in-settings';

export interface CustomersApplicationArgs {
  readonly directoryType: DirectoryType;
  readonly displayName: string;
  /**
   * Object id of the identity that deploys: it becomes the only owner when the application is made. Without an owner azuread takes the caller out again by a
   * request that fails where a replica lags, and `Application.ReadWrite.OwnedBy` would not do for the next deployment.
   */
  readonly owner: pulumi.Input<string>;
  /** Scopes that it defines. @default none */
  readonly scopes?: readonly azuread.types.input.ApplicationApiOauth2PermissionScope[];
  /** True for an application of one tenant whose tokens get claims that a person maps. @default false */
  readonly hasMappedClaims?: boolean;
  /** Other settings that are particular to the application. */
  readonly settings: Pick<
    azuread.ApplicationArgs,
    'identifierUris' | 'optionalClaims' | 'requiredResourceAccesses' | 'web'
  >;
}

export interface CustomersApplication {
  readonly application: azuread.Application;
  readonly servicePrincipal: azuread.ServicePrincipal;
}

/**
 * Accounts that may sign in: a B2C directory serves user flows to this audience alone, an external tenant takes its own
 * accounts alone.
 *
 * Source: Azure AD B2C, 'Application types that can be used in Active Directory B2C'; Microsoft Entra, 'Supported features in
 * workforce and external tenants', Application registration.
 */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

/** First part of the names of component types. */
const PREFIXES: Readonly<Record<DirectoryType, string>> = { b2c: 'B2c', 'external-id': 'ExternalId' };

/** Type of a component, such as `identity:entra:B2cWebApplication`: a part of each URN, so that it must stay. */
export function componentType(directoryType: DirectoryType, name: string): string {
  return `identity:entra:${PREFIXES[directoryType]}${name}`;
}

/** An application for customers, with its service principal; children `<name>-application` and `<name>-service-principal`. */
export function createCustomersApplication(
  name: string,
  { directoryType, displayName, owner, scopes = [], hasMappedClaims = false, settings }: CustomersApplicationArgs,
  { parent }: Pick<pulumi.CustomResourceOptions, 'parent'>,
): CustomersApplication {
  // Who previews need not be who deploys, and must not show as another owner.
  const opts = { ...(parent !== undefined && { parent }), ignoreChanges: ['owners'] };
  // A state that was lost must not lead to a second application of the name: it is to be imported. Azuread does not
  // escape the name in its search for one, at a new name too, so that it fails for a name with an apostrophe.
  const preventDuplicateNames = !displayName.includes("'");
  // An application that was imported does not have it. Where it must go, it goes.
  const ignoreChanges = [...opts.ignoreChanges, ...(preventDuplicateNames ? ['preventDuplicateNames'] : [])];
  const application = new azuread.Application(
    `${name}-application`,
    {
      ...settings,
      displayName,
      owners: [firstOwner(owner)],
      signInAudience: AUDIENCES[directoryType],
      // B2C's audience is refused with version 1, which is azuread's default; the tokens of External ID are to be the same.
      api: {
        requestedAccessTokenVersion: 2,
        oauth2PermissionScopes: [...scopes],
        // Without it the tokens are refused: 'Configure a custom claims provider', step 2.3 (acceptMappedClaims).
        mappedClaimsEnabled: hasMappedClaims,
      },
      ...CONFIDENTIAL,
      preventDuplicateNames,
    },
    { ...opts, ignoreChanges },
  );
  const servicePrincipal = new azuread.ServicePrincipal(
    `${name}-service-principal`,
    { clientId: application.clientId, owners: [firstOwner(owner)], ...OPEN },
    opts,
  );
  return { application, servicePrincipal };
}

/**
 * Claims that tokens of External ID have only where the registration asks for them; a user flow of B2C decides by itself.
 *
 * Source: Microsoft Entra, 'Optional claims reference'.
 */
export function optionalClaims(
  directoryType: DirectoryType,
  token: 'accessTokens' | 'idTokens',
  names: readonly string[],
): Pick<azuread.ApplicationArgs, 'optionalClaims'> {
  if (directoryType === 'b2c') return {};
  return { optionalClaims: { [token]: names.map((name) => ({ name })) } };
}
