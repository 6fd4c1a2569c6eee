import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../../model/customers';
import { compareText } from '../../model/finding';
import { createB2cApplication } from './b2c-application';
import { scopeId } from './scope-id';

/** A scope as the estate describes it. */
export type ScopeDefinition = Pick<Scope, 'value' | 'displayName' | 'description'>;

export interface B2cApiApplicationArgs {
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

/** The application that stands for the API in a B2C directory: it owns the scopes. With its service principal. */
export class B2cApiApplication extends pulumi.ComponentResource {
  /** What access tokens have as audience. */
  readonly clientId: pulumi.Output<string>;
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** Sorted by value. */
  readonly scopes: readonly DefinedScope[];

  constructor(name: string, args: B2cApiApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cApiApplication', name, {}, opts);
    const { displayName, identifierUri, owner } = args;
    this.scopes = args.scopes
      .map((definition) => defineScope(identifierUri, definition))
      .toSorted((one, other) => compareText(one.value, other.value));
    const scopes = this.scopes.map(permissionOf);
    const settings = { identifierUris: [identifierUri] };
    const { application, servicePrincipal } = createB2cApplication(
      name,
      { displayName, owner, scopes, settings },
      { parent: this },
    );
    this.clientId = application.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    this.registerOutputs({ clientId: this.clientId, scopes: this.scopes.map(({ fullName }) => fullName) });
  }
}

function defineScope(identifierUri: string, definition: ScopeDefinition): DefinedScope {
  const fullName = `${identifierUri}/${definition.value}`;
  return { ...definition, fullName, id: scopeId(fullName) };
}

/** Customers of a B2C directory are never asked for consent: an administrator gives it for all of them. */
function permissionOf({ id, value, displayName, description }: DefinedScope) {
  return { id, value, type: 'Admin', adminConsentDisplayName: displayName, adminConsentDescription: description };
}
