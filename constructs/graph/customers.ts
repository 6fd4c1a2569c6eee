import * as pulumi from '@pulumi/pulumi';

/** Purpose of a user flow. */
export type UserFlowType = 'signUp' | 'signIn' | 'signUpOrSignIn' | 'passwordReset' | 'profileUpdate' | 'resourceOwner';

/** Kind of field with which a form asks for an attribute. */
export type UserInputType =
  'textBox' | 'dateTimeDropdown' | 'radioSingleSelect' | 'dropdownSingleSelect' | 'emailBox' | 'checkboxMultiSelect';

/** Moment at which a user flow asks for a second factor. */
export type MultifactorState = 'off' | 'on' | 'conditional';

/** Second factor that a user flow asks for. */
export type MultifactorMethod = 'email' | 'phoneCallOrSms' | 'phoneSms' | 'phoneCall' | 'authenticator';

/** A choice that a form offers for an attribute. */
export interface UserFlowAttributeChoiceArgs {
  /** Label of the choice. */
  readonly name: pulumi.Input<string>;
  /** Value that the attribute gets. */
  readonly value: pulumi.Input<string>;
  /** True if it is chosen until somebody chooses another one. */
  readonly isDefault: pulumi.Input<boolean>;
}

/** An attribute that a user flow asks for. */
export interface UserFlowAttributeAssignmentArgs {
  /** Id (`givenName`, `extension_<app id>_Plan`) or display name (`Given Name`) of an attribute of the directory. */
  readonly attribute: pulumi.Input<string>;
  /** Label on the form. @default the name that the directory gives the attribute; that of an existing one stays */
  readonly displayName?: pulumi.Input<string>;
  /** True if people may leave it empty. @default false */
  readonly isOptional?: pulumi.Input<boolean>;
  /** True if people prove it by a code; e-mail address and phone number only. @default false */
  readonly requiresVerification?: pulumi.Input<boolean>;
  /** Kind of the field. @default 'textBox'; 'emailBox' for the e-mail address */
  readonly userInputType?: pulumi.Input<UserInputType>;
  /** Choices, for the types that offer some. @default none */
  readonly userAttributeValues?: pulumi.Input<readonly pulumi.Input<UserFlowAttributeChoiceArgs>[]>;
}

/** Step of a user flow that can call an API. */
export type ApiConnectorStep = 'postFederationSignup' | 'postAttributeCollection' | 'preTokenIssuance';

/** An API that a user flow calls. */
export interface UserFlowApiConnectorArgs {
  /**
   * `postFederationSignup`: at a sign-up, after another identity provider has answered. `postAttributeCollection`: before the
   * person is created. `preTokenIssuance`: before tokens are sent.
   */
  readonly step: pulumi.Input<ApiConnectorStep>;
  /** Id of the connector. */
  readonly connector: pulumi.Input<string>;
}

/** A text that a page of a user flow shows in place of Microsoft's. The files of a page in the portal have the names. */
export interface UserFlowPageTextArgs {
  /** Tag of the language, one of those that the flow shows. */
  readonly language: pulumi.Input<string>;
  /** Id of the page: `idpselections`, `phonefactor`. */
  readonly page: pulumi.Input<string>;
  /** `UxElement`, `ClaimType`, `ErrorMessage` or another type of element. */
  readonly elementType: pulumi.Input<string>;
  /** Claim, predicate or control that the text belongs to. @default none, as most elements of pages have it */
  readonly elementId?: pulumi.Input<string>;
  /** Id of the text: `button_signin`, `DisplayName`. */
  readonly stringId: pulumi.Input<string>;
  /** Text that people see. */
  readonly value: pulumi.Input<string>;
}

/** Second factor of a user flow. */
export interface MultifactorArgs {
  /** `on` asks always, `conditional` as Conditional Access says. */
  readonly state: pulumi.Input<MultifactorState>;
  /** Kind of the second factor. @default what the service has */
  readonly method?: pulumi.Input<MultifactorMethod>;
}

export interface UserFlowArgs {
  /** Name of the flow in every sign-in address: `B2C_1_` and 1 to 58 letters, digits, `_` or `-`. Another one replaces it. */
  readonly userFlowId: pulumi.Input<string>;
  /** Another type replaces the flow. */
  readonly userFlowType: pulumi.Input<UserFlowType>;
  /** Another version replaces the flow. @default 3, the recommended one */
  readonly userFlowTypeVersion?: pulumi.Input<number>;
  /**
   * Attributes that the flow asks for, in this order. Those that it has when it is made or taken over stay, with a warning where it
   * was there before; any other goes. @default not managed
   */
  readonly attributes?: pulumi.Input<readonly pulumi.Input<UserFlowAttributeAssignmentArgs>[]>;
  /** Ids of the identity providers that the flow offers, and no other. @default not managed */
  readonly identityProviders?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** True if the flow speaks the language of the browser. @default not managed */
  readonly isLanguageCustomizationEnabled?: pulumi.Input<boolean>;
  /** RFC 5646 tag. @default not managed */
  readonly defaultLanguageTag?: pulumi.Input<string>;
  /** Tags of the languages that the flow shows, and no other; needs language customization. @default not managed */
  readonly languages?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Texts of pages, by language; needs language customization. Other texts of a page stay as they are; once one is declared no
   * more, the page shows Microsoft's again. @default not managed
   */
  readonly pageTexts?: pulumi.Input<readonly pulumi.Input<UserFlowPageTextArgs>[]>;
  /**
   * APIs that the flow calls, and no other; each step once. Once they are declared no more, the flow calls none.
   * @default not managed
   */
  readonly apiConnectors?: pulumi.Input<readonly pulumi.Input<UserFlowApiConnectorArgs>[]>;
  /** Second factor. A person sets it, since Graph has no property for it: nothing is sent. @default not managed */
  readonly multifactor?: pulumi.Input<MultifactorArgs>;
  /**
   * Ids of the attributes that tokens carry. A person sets them, since Graph has no property for it: nothing is sent.
   * @default not managed
   */
  readonly claims?: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * A user flow of an Azure AD B2C directory, with what it asks for and offers. A flow that exists under the name is taken over
 * if it has the same type and version. Import by name:
 * `pulumi import --generate-code=false entragraph:index:UserFlow <name> B2C_1_…`.
 *
 * Graph has no property for second factor and claims: nothing of them is sent or read, and an import does not find them. The
 * state keeps what was declared, so that a preview shows a change of it; whether a person made it, the state does not say.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/b2cidentityuserflow (beta). Needs `IdentityUserFlow.ReadWrite.All`.
 */
export class UserFlow extends pulumi.CustomResource {
  /** Name of the flow, which is its id. */
  declare readonly userFlowId: pulumi.Output<string>;

  constructor(name: string, args: UserFlowArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:UserFlow', name, { ...args }, opts);
  }
}

/** Type of an attribute's values. */
export type UserFlowAttributeType = 'string' | 'boolean' | 'int64' | 'stringCollection' | 'dateTime';

export interface UserFlowAttributeArgs {
  /** Name, unique in the directory. Another one replaces the attribute, and what people entered is lost. */
  readonly displayName: pulumi.Input<string>;
  /** Type of its values. Another one replaces the attribute, and what people entered is lost. */
  readonly dataType: pulumi.Input<UserFlowAttributeType>;
  /** Text that explains it. @default none */
  readonly description?: pulumi.Input<string>;
}

/**
 * A user attribute of one's own in a directory of customers, which user flows ask for and tokens carry. Its id is what a user flow
 * names: `extension_<application id without hyphens>_<name>`. An attribute that
 * exists under the name is taken over if it has the same type. Import by id:
 * `pulumi import --generate-code=false entragraph:index:UserFlowAttribute <name> extension_<application id>_<name>`.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/identityuserflowattribute. Needs `IdentityUserFlow.ReadWrite.All`.
 */
export class UserFlowAttribute extends pulumi.CustomResource {
  constructor(name: string, args: UserFlowAttributeArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:UserFlowAttribute', name, { ...args }, opts);
  }
}

export interface GetUserFlowArgs {
  /** Name of the flow, `B2C_1_…`, in any case. */
  readonly userFlowId: pulumi.Input<string>;
}

export interface GetUserFlowResult {
  /** Name of the flow, in the case in which the directory has it. */
  readonly userFlowId: string;
  /** Purpose of the flow. */
  readonly userFlowType: UserFlowType;
  /** Version of the type. */
  readonly userFlowTypeVersion: number;
  /** Ids of the identity providers that it offers. */
  readonly identityProviders: readonly string[];
  /** Ids of the attributes that it asks for, in this order. */
  readonly attributes: readonly string[];
}

/**
 * Looks up a user flow of an Azure AD B2C directory by its name. Fails if there is none. Needs `IdentityUserFlow.Read.All`.
 */
export function getUserFlowOutput(
  args: GetUserFlowArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetUserFlowResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getUserFlow', { ...args }, opts);
}

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

/** Proof by which an API knows that the directory calls it. */
export type ApiConnectorAuthentication = 'basic' | 'certificate';

export interface ApiConnectorArgs {
  /** Name in the portal. */
  readonly displayName: pulumi.Input<string>;
  /** Address of the API, by https. */
  readonly targetUrl: pulumi.Input<string>;
  /** Proof of the caller: `basic` (user name and password) or a client `certificate`. @default 'basic' */
  readonly authentication?: pulumi.Input<ApiConnectorAuthentication>;
  /** User name; `basic` alone, which needs it. @default none */
  readonly username?: pulumi.Input<string>;
  /**
   * Password, or the certificate with its private key as PKCS 12 in base64, kept as a secret. Graph never tells it: it is sent when
   * the connector is made, and when `secretVersion` is another one.
   * @default the one that the directory has
   */
  readonly secret?: pulumi.Input<string>;
  /** Passphrase of the certificate, kept as a secret. @default none */
  readonly passphrase?: pulumi.Input<string>;
  /** Any text; another one sends the secret again. Needed with `secret`. @default none */
  readonly secretVersion?: pulumi.Input<string>;
}

/**
 * An API that user flows of an Azure AD B2C directory call at a sign-up, or before they send tokens. Its id is what a user flow
 * names. A connector that exists under the name is taken over. Import by id:
 * `pulumi import --generate-code=false entragraph:index:ApiConnector <name> <id>`.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/identityapiconnector. Needs `APIConnectors.ReadWrite.All`.
 */
export class ApiConnector extends pulumi.CustomResource {
  constructor(name: string, args: ApiConnectorArgs, opts?: pulumi.CustomResourceOptions) {
    const { secret, passphrase } = args;
    const inputs = {
      ...args,
      ...(secret !== undefined && { secret: pulumi.secret(secret) }),
      ...(passphrase !== undefined && { passphrase: pulumi.secret(passphrase) }),
    };
    super('entragraph:index:ApiConnector', name, inputs, opts);
  }
}
