import * as pulumi from '@pulumi/pulumi';

/** Claims of an OpenID Connect provider's ID token that hold what the directory keeps of a person. */
export interface ProviderClaimsArgs {
  /** Claim that tells people apart: `sub`. */
  readonly userId: pulumi.Input<string>;
  /** Claim of the full name: `name`. */
  readonly displayName: pulumi.Input<string>;
  /** Claim of the e-mail address. @default none */
  readonly email?: pulumi.Input<string>;
  /** Claim of the given name. @default none */
  readonly givenName?: pulumi.Input<string>;
  /** Claim of the surname. @default none */
  readonly surname?: pulumi.Input<string>;
}

/** Kind of an identity provider. */
export type IdentityProviderKind = 'social' | 'apple' | 'openIdConnect' | 'oidc';

/** Social identity provider, as Graph names it. */
export type SocialProvider =
  'Amazon' | 'Facebook' | 'GitHub' | 'Google' | 'LinkedIn' | 'Microsoft' | 'QQ' | 'Twitter' | 'WeChat' | 'Weibo';

export interface IdentityProviderArgs {
  /** Name in the portal, and on the button where the page shows one. */
  readonly displayName: pulumi.Input<string>;
  /**
   * Client secret, or the private key of Apple, kept as a secret. Graph never tells it: it is sent when the provider is made,
   * and when `secretVersion` is another one.
   * @default the one that the directory has
   */
  readonly secret?: pulumi.Input<string>;
  /** Any text; another one sends the secret again. Needed with `secret`. @default none */
  readonly secretVersion?: pulumi.Input<string>;
  /**
   * Kind: `social` needs `identityProviderType` and `clientId`; `apple` needs `developerId`, `serviceId` and `keyId`;
   * `openIdConnect` (Azure AD B2C) needs `clientId`, `metadataUrl`, `scope` and `claims`, and `oidc` (External ID) `issuer`
   * besides. Another kind replaces the provider.
   */
  readonly kind: pulumi.Input<IdentityProviderKind>;
  /** Social identity provider, each once in a directory. Another one replaces the provider. @default none */
  readonly identityProviderType?: pulumi.Input<SocialProvider>;
  /** Client id that the provider gave. @default none */
  readonly clientId?: pulumi.Input<string>;
  /** Apple: id of the developer's team. @default none */
  readonly developerId?: pulumi.Input<string>;
  /** Apple: id of the service. @default none */
  readonly serviceId?: pulumi.Input<string>;
  /** Apple: id of the private key. @default none */
  readonly keyId?: pulumi.Input<string>;
  /** OpenID Connect: address of the metadata, ending in `/.well-known/openid-configuration`. @default none */
  readonly metadataUrl?: pulumi.Input<string>;
  /** External ID: issuer of the provider's tokens. @default none */
  readonly issuer?: pulumi.Input<string>;
  /** OpenID Connect: `openid` and more, separated by spaces. @default none */
  readonly scope?: pulumi.Input<string>;
  /** OpenID Connect: claims of the provider. @default none */
  readonly claims?: pulumi.Input<ProviderClaimsArgs>;
}

/**
 * An identity provider of a directory of customers: Google, Facebook and other social ones, Apple, or any by OpenID Connect. Its
 * id is what a user flow names: `Google-OAUTH`. A
 * provider that exists is taken over: of a social type or Apple the only one, else the one of the same name and client id.
 * Import by id: `pulumi import --generate-code=false entragraph:index:IdentityProvider <name> Google-OAUTH`.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/identityproviderbase; OpenID Connect is in the beta API alone. Needs
 * `IdentityProvider.ReadWrite.All`.
 */
export class IdentityProvider extends pulumi.CustomResource {
  constructor(name: string, args: IdentityProviderArgs, opts?: pulumi.CustomResourceOptions) {
    const { secret } = args;
    const inputs = { ...args, ...(secret !== undefined && { secret: pulumi.secret(secret) }) };
    super('entragraph:index:IdentityProvider', name, inputs, opts);
  }
}
