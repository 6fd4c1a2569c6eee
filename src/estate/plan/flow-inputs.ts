import type { ConnectorStep } from '../../../provider/limits';
import type { FlowAttribute, UserFlow } from '../sections/customers/customers';
import type { PageText } from '../sections/customers/page-texts';

/** Names of the estate that flows refer to, with what the directory has for each. Without one, flows name ids alone. */
export interface FlowReferences<Id = string> {
  readonly identityProviders?: ReadonlyMap<string, Id>;
  readonly customAttributes?: ReadonlyMap<string, Id>;
  readonly apiConnectors?: ReadonlyMap<string, Id>;
}

/** Inputs of a user flow of B2C beside its name, as `entragraph:index:UserFlow` takes them. */
export interface B2cFlowInputs<Id = string> {
  readonly userFlowType: UserFlow['type'];
  readonly multifactor?: NonNullable<UserFlow['multifactor']>;
  readonly attributes?: readonly {
    readonly attribute: Id | string;
    readonly isOptional: boolean;
    readonly requiresVerification: boolean;
    readonly displayName?: string;
    readonly userInputType?: NonNullable<FlowAttribute['input']>;
    readonly userAttributeValues?: readonly {
      readonly name: string;
      readonly value: string;
      readonly isDefault: boolean;
    }[];
  }[];
  readonly claims?: readonly string[];
  readonly identityProviders?: readonly (Id | string)[];
  readonly apiConnectors?: readonly { readonly step: ConnectorStep; readonly connector: Id | string }[];
  readonly isLanguageCustomizationEnabled?: boolean;
  readonly defaultLanguageTag?: string;
  readonly languages?: readonly string[];
  readonly pageTexts?: readonly Readonly<PageText>[];
}

/** Inputs of a user flow of External ID beside its name, as `entragraph:index:AuthenticationEventsFlow` takes them. */
export interface ExternalFlowInputs<Id = string> {
  readonly isSignUpAllowed: boolean;
  readonly attributes?: readonly {
    readonly attribute: Id | string;
    readonly isOptional: boolean;
    readonly label?: string;
  }[];
  readonly identityProviders: readonly (Id | string)[];
}
