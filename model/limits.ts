/** Limits of what an estate file may say. Checks enforce them; the JSON Schema and the reference tell them. */

/** Microsoft Graph, 'group resource type': displayName and description. */
export const GROUP_NAME_LENGTH = 256;
export const GROUP_DESCRIPTION_LENGTH = 1024;

/** IAM Identity Center API, CreatePermissionSet. */
export const SET_NAME = /^[\w+=,.@-]{1,32}$/;
export const SET_DESCRIPTION_LENGTH = 700;
export const RELAY_STATE_LENGTH = 240;
export const DEFAULT_SESSION = 'PT1H';

/** IAM Identity Center API, Tag. */
export const TAG_COUNT = 50;

/** AWS managed and customer-managed policies of one set, each (IAM Identity Center quotas). */
export const POLICIES_OF_A_KIND = 20;

/** IAM Identity Center API, CustomerManagedPolicyReference. */
export const CUSTOMER_POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
export const CUSTOMER_POLICY_PATH = /^((\/[A-Za-z0-9.,+@=_-]+)*)\/$/;
export const CUSTOMER_POLICY_PATH_LENGTH = 512;

/** IAM Identity Center API, PutInlinePolicyToPermissionSet. */
export const INLINE_POLICY_BYTES = 32_768;
/** Characters without white space (IAM Identity Center quotas: 'Inline policy size'). */
export const INLINE_POLICY_CHARACTERS = 10_240;

/** IAM Identity Center quotas: attributes for access control of an instance. */
export const ATTRIBUTE_COUNT = 50;
export const ATTRIBUTE_KEY_LENGTH = 128;

/** Shortest reason of an acknowledgement. */
export const REASON_LENGTH = 10;

/** Tenant and subscription ids. */
export const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** A day of the calendar. */
export const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Microsoft Graph, 'application resource type': displayName. */
export const DISPLAY_NAME_LENGTH = 120;

/** Azure portal, 'Create Azure AD B2C tenant': initial domain name. */
export const DIRECTORY_LABEL = /^[a-z][a-z0-9]{0,26}$/;

/** Azure template reference, 'Microsoft.AzureActiveDirectory b2cDirectories'. */
export const DIRECTORY_LOCATIONS = ['United States', 'Europe', 'Asia Pacific', 'Australia'] as const;

/** Microsoft Graph, 'Validation differences by supported account types': scopes with personal accounts. */
export const SCOPE_VALUE_LENGTH = 40;

/** Paths of the redirect URIs where the estate has none. */
export const DEFAULT_CALLBACKS = { signIn: '/auth/callback', stepUp: '/auth/callback/mfa' } as const;

/** Days of a period of the client secret. A secret lives for two, and for 24 months at most. */
export const CLIENT_SECRET_DAYS = { min: 30, max: 365 } as const;

/** Prefix of every user flow. */
export const FLOW_PREFIX = 'B2C_1_';
/** A user flow's id: 64 characters at most. */
export const FLOW_ID = /^B2C_1_[A-Za-z0-9_-]{1,58}$/;

/** Azure Monitor, 'Log Analytics workspace data retention': interactive retention. */
export const LOG_RETENTION_DAYS = { min: 30, max: 730, default: 365 } as const;

/** Azure, 'Naming rules and restrictions for Azure resources'. */
export const STORAGE_ACCOUNT = /^[a-z0-9]{3,24}$/;

/** GitHub: `owner/name`. */
export const REPOSITORY = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/;

/**
 * How provisioning maps what the template maps otherwise: Identity Center keeps the group's and user's object id, which
 * stays when a mail nickname changes.
 */
export const DEFAULT_MAPPINGS = [{ target: 'externalId', source: 'objectId' }] as const;
