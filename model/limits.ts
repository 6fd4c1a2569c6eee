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
