/** Limits of what an estate file may say. Checks enforce them; the JSON Schema and the reference tell them. */

/** An AWS account id. */
export const ACCOUNT_ID = /^\d{12}$/;

/** IAM Identity Center API, CreatePermissionSet. */
export const SET_NAME = /^[\w+=,.@-]{1,32}$/;
export const RELAY_STATE_LENGTH = 240;
export const DEFAULT_SESSION = 'PT1H';
export const SESSIONS = 'PT1H to PT12H';
/** Hours, minutes and seconds of `PT1H` to `PT12H`, for the JSON Schema; sums of several it leaves to the rule. */
export const SESSION_PATTERN =
  '^PT(?=\\d)(?!0*(?:1[3-9]|[2-9]\\d|[1-9]\\d{2,})H|12H\\d*[1-9]|(?:0+H)?0*[1-5]?\\dM$|0+H$)(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?$';

/** IAM Identity Center API, Tag. */
export const TAG_COUNT = 50;

/** AWS managed and customer-managed policies of one set, each (IAM Identity Center quotas). */
export const POLICIES_OF_A_KIND = 20;

/** Managed policies attached to a role before IAM's quota has to be raised (IAM quotas). */
export const POLICIES_OF_A_ROLE = 10;

/** Permission sets of an instance, and those provisioned in an account, by default (IAM Identity Center quotas). */
export const SETS_OF_INSTANCE = 3_500;
export const SETS_OF_ACCOUNT = 500;

/** IAM Identity Center API, PutInlinePolicyToPermissionSet. */
export const INLINE_POLICY_BYTES = 32_768;
/** Characters without white space (IAM Identity Center quotas: 'Inline policy size'). */
export const INLINE_POLICY_CHARACTERS = 10_240;

/** Characters of a managed policy without white space (IAM quotas, 'IAM and STS character limits'). */
export const MANAGED_POLICY_CHARACTERS = 6_144;

/** Characters of the event pattern of a rule (Amazon EventBridge quotas: 'Event pattern size'). */
export const EVENT_PATTERN_CHARACTERS = 2_048;

/** Account assignments that IAM Identity Center works on at once (IAM Identity Center quotas). */
export const ASSIGNMENTS_AT_ONCE = 10;

/** ARN of an application (IAM Identity Center API, 'Application', ApplicationArn). */
export const APPLICATION_ARN =
  /^arn:(aws|aws-us-gov|aws-cn|aws-eusc|aws-iso|aws-iso-b):sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}$/;

/** Shortest reason of an acknowledgement. */
export const REASON_LENGTH = 10;

/** Tenant and subscription ids. */
export const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** A moment in UTC, as Microsoft Graph writes it. */
export const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,12})?Z$/;

/** A day of the calendar; of 29 February the year decides. */
export const DAY = /^\d{4}-(?!02-3|(?:0[469]|11)-31)(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Microsoft Graph, 'conditionalAccessPolicy resource type': displayName. */
export const CONDITIONAL_ACCESS_NAME_LENGTH = 256;

/** Types of a customers' directory. */
export const DIRECTORY_TYPES = ['b2c', 'external-id'] as const;

/** Initial domain of a directory, as the Azure portal takes it ('Create a tenant'). */
export const DIRECTORY_LABEL = /^[a-z0-9]{1,27}$/;
export const SCOPE_VALUE_LENGTH = 40;
/** Names of applications, which names of resources are made of: a hyphen would let two of them meet. */
export const APPLICATION_NAME = /^[a-z][A-Za-z0-9]{0,39}$/;
/** Path of a redirect URI: no wildcard, query or fragment, and none of `! $ ' ( ) , ;`. */
export const CALLBACK = /^(?:\/[A-Za-z0-9._~-]+)+$/;

/** Paths of the redirect URIs where the estate has none. */
export const DEFAULT_CALLBACKS = { signIn: '/auth/callback', stepUp: '/auth/callback/mfa' } as const;

/** Days of a period of the client secret. A secret lives for two, and for 24 months at most. */
export const CLIENT_SECRET_DAYS = { min: 30, max: 365 } as const;

/** Name of a user flow of External ID; Graph documents that it is unique and no length, so that this one is our rule. */
export const EVENTS_FLOW_NAME_LENGTH = 120;

/** Ids that Microsoft Graph gives the built-in attributes of a B2C directory: those that a flow can ask for … */
export const COLLECTED_ATTRIBUTES: readonly string[] = [
  'city',
  'country',
  'displayName',
  'email',
  'givenName',
  'jobTitle',
  'postalCode',
  'state',
  'streetAddress',
  'surname',
];
/** … those that people prove by a code … */
export const VERIFIED_ATTRIBUTES: readonly string[] = ['email'];
/** … and those that tokens carry; the addresses of an account are a list, `emails`. */
export const CLAIM_ATTRIBUTES: readonly string[] = [
  ...COLLECTED_ATTRIBUTES.filter((id) => id !== 'email'),
  'emails',
  'identityProvider',
  'newUser',
  'objectId',
];

/** Names of identity providers in the estate; ids of a directory have another form: `Google-OAUTH`. */
export const PROVIDER_NAME = /^[a-z][a-z0-9-]{0,62}$/;
/** Application ID URI of an API that custom authentication extensions call: `api://<host>/<client id>`. */
export const RESOURCE_ID = /^api:\/\/[A-Za-z0-9.-]+(?::\d+)?\/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Addresses that IAM Identity Center shows for SAML and SCIM, as they are in the commercial partition. */
export const SAML_ISSUER =
  /^https:\/\/(?<region>[a-z]{2}-[a-z]+-\d)\.signin\.aws\.amazon\.com\/platform\/saml\/d-[0-9a-z]{10}$/;
/** The three hosts of ACS endpoints: IAM Identity Center User Guide, 'Workforce access through an additional Region'. */
export const ACS_URL =
  /^https:\/\/(?<region>[a-z]{2}-[a-z]+-\d)\.(?<host>signin\.aws\.amazon\.com|signin\.aws|sso\.signin\.aws)\/platform\/saml\/acs\/[0-9A-Za-z-]+$/;
export const SCIM_ENDPOINT = /^https:\/\/scim\.(?<region>[a-z]{2}-[a-z]+-\d)\.amazonaws\.com\/[0-9A-Za-z-]+\/scim\/v2$/;
/** Hosts of AWS access portals. */
export const PORTAL_HOST =
  /^[a-z0-9-]+\.awsapps\.com$|^[a-z0-9-]+\.portal\.[a-z0-9-]+\.app\.aws$|^ssoins-[a-z0-9]+\.[a-z0-9-]+\.portal\.amazonaws\.com$/;

/** IAM Identity Center API, EncryptionConfiguration: KmsKeyArn. `mrk-` marks a multi-Region key. */
export const INSTANCE_KEY =
  /^arn:aws[\w-]*:kms:(?<region>[a-z]{2,4}(?:-[a-z0-9]+)+):(?<account>\d{12}):key\/(?<id>mrk-[a-f0-9]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Common name of a certificate's subject (X.520: 64 characters), without what separates the parts of a subject. */
export const CERTIFICATE_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,62}[\p{L}\p{N}._-])?$/u;
/** Runs of a pull request that are trusted: those in one environment, or all. The end of the subject of their tokens. */
export const PREVIEW_TRUST = {
  pattern: /^(?:environment:[A-Za-z0-9_-]{1,100}|pull_request)$/,
  default: 'environment:preview',
} as const;

/**
 * Mappings of provisioning that differ from the template's: Identity Center keeps the group's and user's object id, which
 * stays when a mail nickname changes.
 */
export const DEFAULT_MAPPINGS = [{ target: 'externalId', source: 'objectId' }] as const;

/** Namespace of SCIM's enterprise attributes (RFC 7643, 4.3). */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Targets that Entra's templates map already, of those that checks look for. */
export const TEMPLATE_TARGETS = [
  'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value',
  'addresses[type eq "work"].locality',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:employeeNumber`,
  `${ENTERPRISE}:manager`,
];

/** CloudFormation quota: resources that one operation on a stack with nested stacks may touch. */
export const MAX_RESOURCES_OF_OPERATION = 2_500;

/** Resources of a template (CloudFormation User Guide, 'Understand CloudFormation quotas'). */
export const MAX_RESOURCES_OF_STACK = 500;
/** Parameters of a template, of which a shard has one a permission set (the same page). */
export const MAX_PARAMETERS_OF_STACK = 200;

/** Calls to AWS under way at once. */
export const CONCURRENCY = { default: 5, min: 1, max: 20 } as const;
