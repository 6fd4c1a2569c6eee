import * as pulumi from '@pulumi/pulumi';

/** What people do in a user flow. */
export type UserFlowType = 'signUp' | 'signIn' | 'signUpOrSignIn' | 'passwordReset' | 'profileUpdate' | 'resourceOwner';

/** How a form asks for an attribute. */
export type UserInputType =
  'textBox' | 'dateTimeDropdown' | 'radioSingleSelect' | 'dropdownSingleSelect' | 'emailBox' | 'checkboxMultiSelect';

export interface UserFlowAttributeChoice {
  readonly name: pulumi.Input<string>;
  readonly value: pulumi.Input<string>;
  readonly isDefault: pulumi.Input<boolean>;
}

/** An attribute that a user flow asks for. */
export interface UserFlowAttributeArgs {
  /** Id (`givenName`, `extension_<app id>_Plan`) or display name (`Given Name`) of an attribute of the directory. */
  readonly attribute: pulumi.Input<string>;
  /** Label on the form. @default the attribute as named above */
  readonly displayName?: pulumi.Input<string>;
  /** Whether people may leave it empty. @default false */
  readonly isOptional?: pulumi.Input<boolean>;
  /** Whether people prove it by a code; e-mail address and phone number only. @default false */
  readonly requiresVerification?: pulumi.Input<boolean>;
  /** How the form asks. @default 'textBox'; 'emailBox' for the e-mail address */
  readonly userInputType?: pulumi.Input<UserInputType>;
  /** What can be chosen from, for the types that offer a choice. @default none */
  readonly userAttributeValues?: pulumi.Input<readonly UserFlowAttributeChoice[]>;
}

/** Second factor of a user flow. */
export interface MultifactorArgs {
  /** `on` asks always, `conditional` as Conditional Access says. */
  readonly state: pulumi.Input<'off' | 'on' | 'conditional'>;
  /** @default what the service has */
  readonly method?: pulumi.Input<'email' | 'phoneCallOrSms' | 'phoneSms' | 'phoneCall' | 'authenticator'>;
}

export interface TokenLifetimeArgs {
  /** 5 to 1440. @default what the service has (60) */
  readonly accessAndIdTokenLifetimeInMinutes?: pulumi.Input<number>;
  /** 1 to 90. @default what the service has (14) */
  readonly refreshTokenLifetimeInDays?: pulumi.Input<number>;
  /** 1 to 365, or -1 for no limit. @default what the service has (90) */
  readonly rollingRefreshTokenLifetimeInDays?: pulumi.Input<number>;
}

export interface SessionArgs {
  /** 15 to 1440. @default what the service has (1440) */
  readonly sessionLifetimeInMinutes?: pulumi.Input<number>;
  /** Whether a session ends then even if it was used. @default what the service has (false) */
  readonly isSessionLifetimeAbsolute?: pulumi.Input<boolean>;
  /** What one sign-in opens. @default what the service has (tenant) */
  readonly sessionScope?: pulumi.Input<'tenant' | 'application' | 'policy' | 'disabled'>;
  /** Whether a sign-out must name the session by its id token. @default what the service has (false) */
  readonly enforceIdTokenHintOnLogout?: pulumi.Input<boolean>;
}

export interface UserFlowArgs {
  /** Name of the flow in every sign-in address: `B2C_1_` and 1 to 58 letters, digits, `_` or `-`. Another one replaces it. */
  readonly userFlowId: pulumi.Input<string>;
  /** Another type replaces the flow. */
  readonly userFlowType: pulumi.Input<UserFlowType>;
  /** Another version replaces the flow. @default 3, the recommended one */
  readonly userFlowTypeVersion?: pulumi.Input<number>;
  /** What the flow asks for, in this order, and nothing else. @default not managed */
  readonly attributes?: pulumi.Input<readonly pulumi.Input<UserFlowAttributeArgs>[]>;
  /** Ids of the identity providers that the flow offers, and no other. @default not managed */
  readonly identityProviders?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Whether the flow speaks the language of the browser. @default not managed */
  readonly isLanguageCustomizationEnabled?: pulumi.Input<boolean>;
  /** RFC 5646 tag. @default not managed */
  readonly defaultLanguageTag?: pulumi.Input<string>;
  /** Tags of the languages that the flow shows, and no other; needs language customization. @default not managed */
  readonly languages?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Second factor. Not documented by Graph: see `manualSteps`. @default not managed */
  readonly multifactor?: pulumi.Input<MultifactorArgs>;
  /** Not documented by Graph: see `manualSteps`. @default not managed */
  readonly tokenLifetime?: pulumi.Input<TokenLifetimeArgs>;
  /** Not documented by Graph: see `manualSteps`. @default not managed */
  readonly session?: pulumi.Input<SessionArgs>;
  /** Not documented by Graph: see `manualSteps`. @default not managed */
  readonly isJavaScriptEnabled?: pulumi.Input<boolean>;
  /** Ids of the attributes that tokens carry. Not documented by Graph: see `manualSteps`. @default not managed */
  readonly tokenClaims?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * What happens when Graph does not keep an undocumented setting: `fail` with the place in the portal and the value, or
   * `warn` and record it in `pendingManualSteps`. @default 'fail'
   */
  readonly manualSteps?: pulumi.Input<'fail' | 'warn'>;
}

/** A setting that Graph did not keep and a person must make. */
export interface ManualStep {
  /** Argument that is not as declared. */
  readonly property: string;
  /** Where, in the Azure portal. */
  readonly where: string;
  /** What to set. */
  readonly value: string;
  /** What Graph did instead. */
  readonly reason: string;
}

/**
 * A user flow of an Azure AD B2C directory, with what it asks for, offers and puts into tokens. A flow that exists under the
 * name is taken over if it has the same type and version. Import by name:
 * `pulumi import --generate-code=false entragraph:index:UserFlow <name> B2C_1_…`.
 *
 * A setting counts as made only if it reads back; else the update fails, or `pendingManualSteps` has it.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/b2cidentityuserflow (beta). Needs `IdentityUserFlow.ReadWrite.All`.
 */
export class UserFlow extends pulumi.CustomResource {
  /** Name of the flow, which is its id. */
  declare readonly userFlowId: pulumi.Output<string>;
  /** What a person still has to do; empty if everything is as declared. */
  declare readonly pendingManualSteps: pulumi.Output<readonly ManualStep[]>;

  constructor(name: string, args: UserFlowArgs, opts?: pulumi.CustomResourceOptions) {
    super('entragraph:index:UserFlow', name, { ...args, pendingManualSteps: undefined }, opts);
  }
}
