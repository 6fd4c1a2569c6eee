import * as pulumi from '@pulumi/pulumi';
import type { DirectoryType, Scope } from '../../src/estate/sections/customers/customers';
import { compareText } from '../../src/estate/source/finding';
import { componentType, createCustomersApplication, optionalClaims } from './customers-application';
import { scopeId } from './scope-id';

/** A scope as the estate describes it. */
export type ScopeDefinition = Pick<Scope, 'id' | 'value' | 'displayName' | 'description'>;

export interface CustomersApiArgs {
  readonly directoryType: DirectoryType;
  /** Shown in the portal. Another one renames the application in place. */
  readonly displayName: string;
  /** Application ID URI, the prefix of every scope. Scopes of another one are other scopes. */
  readonly identifierUri: string;
  /** In any order; a scope's value is its identity. */
  readonly scopes: readonly ScopeDefinition[];
  /** Object id of the identity that deploys. */
  readonly owner: pulumi.Input<string>;
}

/** A scope that other applications can be granted. */
export interface DefinedScope extends ScopeDefinition {
  /** As clients ask for it: `https://contoso.onmicrosoft.com/api/Accounts.Read`. */
  readonly fullName: string;
  /** The same in every run. */
  readonly id: string;
}

/** An application that stands for the API in a directory of customers: it owns scopes. With its service principal. */
export class CustomersApi extends pulumi.ComponentResource {
  /** Audience of access tokens. */
  readonly clientId: pulumi.Output<string>;
  /** The same, once its service principal is there too. */
  readonly enterpriseClientId: pulumi.Output<string>;
  /** Object id of its service principal, which consents name. */
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** Sorted by value. */
  readonly scopes: readonly DefinedScope[];

  constructor(name: string, args: CustomersApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType(args.directoryType, 'ApiApplication'), name, {}, opts);
    const { directoryType, displayName, identifierUri, owner } = args;
    this.scopes = args.scopes
      .map((definition) => defineScope(identifierUri, definition))
      .toSorted((one, other) => compareText(one.value, other.value));
    const scopes = this.scopes.map(permissionOf);
    const settings = {
      identifierUris: [identifierUri],
      // Of access tokens the resource decides, not the application that asks.
      ...optionalClaims(directoryType, 'accessTokens', ['email']),
    };
    const { application, servicePrincipal } = createCustomersApplication(
      name,
      { directoryType, displayName, owner, scopes, settings },
      { parent: this },
    );
    this.clientId = application.clientId;
    this.enterpriseClientId = servicePrincipal.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    this.registerOutputs({ clientId: this.clientId, scopes: this.scopes.map(({ fullName }) => fullName) });
  }
}

function defineScope(identifierUri: string, definition: ScopeDefinition): DefinedScope {
  const fullName = `${identifierUri}/${definition.value}`;
  return { ...definition, fullName, id: definition.id ?? scopeId(fullName) };
}

/**
 * Customers are never asked for consent: an administrator gives it for all of them. Azuread disables a scope before it changes the
 * text, so a run that is killed in between leaves the scope disabled.
 */
function permissionOf({ id, value, displayName, description }: DefinedScope) {
  return {
    ...{ id, value, type: 'Admin', enabled: true },
    adminConsentDisplayName: displayName,
    adminConsentDescription: description,
  };
}
