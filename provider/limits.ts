/** A B2C user flow's id: 64 characters at most, with the prefix of every user flow. */
export const FLOW_ID = /^B2C_1_[A-Za-z0-9_-]{1,58}$/;

/** Microsoft Graph, 'servicePrincipal: addTokenSigningCertificate': endDateTime. */
export const CERTIFICATE_YEARS = 3;

/** Types of attributes of one's own: Microsoft Graph, 'identityUserFlowAttribute resource type', dataType. */
export const ATTRIBUTE_TYPES = ['string', 'boolean', 'int64', 'stringCollection', 'dateTime'] as const;

/** Kinds of fields: Microsoft Graph, 'identityUserFlowAttributeAssignment resource type', userInputType; these offer choices. */
export const INPUT_TYPES = [
  'textBox',
  'dateTimeDropdown',
  'radioSingleSelect',
  'dropdownSingleSelect',
  'emailBox',
  'checkboxMultiSelect',
] as const;

/** Type of the field for an attribute that is declared without one. */
export function usualInputType(attribute: string): (typeof INPUT_TYPES)[number] {
  return /^e-?mail/i.test(attribute) ? 'emailBox' : 'textBox';
}

/**
 * Social identity providers, as the estate and as Graph name them.
 *
 * Source: Microsoft Graph, 'socialIdentityProvider resource type', identityProviderType.
 */
export const SOCIAL_PROVIDERS = {
  amazon: 'Amazon',
  facebook: 'Facebook',
  gitHub: 'GitHub',
  google: 'Google',
  linkedIn: 'LinkedIn',
  microsoft: 'Microsoft',
  qq: 'QQ',
  twitter: 'Twitter',
  weChat: 'WeChat',
  weibo: 'Weibo',
} as const;

/** Steps of a B2C user flow that call an API: `userFlowApiConnectorConfiguration` in Microsoft's types of the beta API. */
export const CONNECTOR_STEPS = ['postFederationSignup', 'postAttributeCollection', 'preTokenIssuance'] as const;
export type ConnectorStep = (typeof CONNECTOR_STEPS)[number];

/**
 * Events at which an external tenant calls an API: Microsoft Graph, 'Create customAuthenticationExtension' of v1.0, without that of
 * Verified ID.
 */
export const EXTENSION_EVENTS = [
  'tokenIssuanceStart',
  'attributeCollectionStart',
  'attributeCollectionSubmit',
  'otpSend',
] as const;
export type ExtensionEvent = (typeof EXTENSION_EVENTS)[number];
