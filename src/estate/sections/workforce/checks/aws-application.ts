import { quotedList } from '../../../../text/suggest';
import type { Issue } from '../../../source/finding';
import { isDay, isMoment } from '../../durations';
import type { Access, Estate, Grant, IdentityCenterSettings } from '../../estate';
import { ACS_URL, SAML_ISSUER, SCIM_ENDPOINT } from '../../limits';
import { duplicates, error, inAnyCase, masked, placed, type PlacedText, warning } from '../../shared/issue';
import type {
  AcceptedDeletions,
  AssignedGroup,
  AttributeMapping,
  AwsApplication,
  SamlSettings,
  ScimSettings,
  Workforce,
} from '../workforce';
import { checkConditionalAccess } from './conditional-access';
import { checkAssignedNesting } from './group-members';
import { unknownGroups } from './groups';
import { checkSigningCertificates } from './signing-certificates';

/** The enterprise application for AWS, and whether it lets in those to whom the estate grants access. */
export function checkAwsApplication(
  application: AwsApplication,
  workforce: Workforce,
  estate: Estate,
): readonly Issue[] {
  const { saml, scim, assignedGroups } = application;
  const names = new Set(workforce.groups.map(({ name }) => name));
  const groups = { names, setAside: estate.setAside.groups };
  const assigned = assignedGroups.map(({ at: place, name }) => ({ at: place, text: name }));
  return [
    ...checkSaml(saml, estate.access?.identityCenter),
    ...checkSigningCertificates(saml),
    ...(scim === undefined ? [] : checkProvisioning(scim, saml, estate.access)),
    ...unknownGroups('unknown-assigned-group', assigned, groups),
    ...(assignedGroups.length === 0 && workforce.groups.length > 0 ? [noGroup(application)] : []),
    ...checkAssignedNesting(workforce.groups, assignedGroups),
    ...checkConditionalAccess(application, groups),
    ...checkGranted(estate.access, assignedGroups, names),
  ];
}

function checkProvisioning(scim: ScimSettings, saml: SamlSettings, access: Access | undefined): readonly Issue[] {
  return [...checkScim(scim, saml), ...checkNameId(saml, scim), ...checkMappedAttributes(scim, access)];
}

function noGroup({ at }: AwsApplication): Issue {
  return warning('no-assigned-group', [...at, 'assignedGroups'], {
    problem: 'no one can sign in to AWS',
    allowed: 'the groups that reach AWS; remove assignedGroups to assign all groups',
  });
}

/** Groups of the estate that are granted access and left out of the application: one finding each, at the first grant. */
function checkGranted(
  access: Access | undefined,
  assigned: readonly AssignedGroup[],
  declared: ReadonlySet<string>,
): readonly Issue[] {
  const admitted = new Set(assigned.map(({ name }) => name));
  const firsts = new Map<string, Grant>();
  for (const grant of access?.grants ?? []) {
    const { kind, name } = grant.holder;
    if (kind === 'group' && !firsts.has(name)) firsts.set(name, grant);
  }
  return [...firsts]
    .filter(([group]) => declared.has(group) && !admitted.has(group))
    .map(([group, { at }]) =>
      warning('unassigned-group', [...at, 'group'], {
        value: group,
        problem: 'is not assigned to the AWS application: it is never provisioned, and its members cannot sign in',
        allowed: 'add it to workforce.awsApplication.assignedGroups',
      }),
    );
}

/** Source of the user name in Entra's template for AWS. */
const TEMPLATE_SOURCE = 'userPrincipalName';

/**
 * AWS finds a person by comparing the NameID of the sign-in with the user name that provisioning wrote. An expression can't be
 * compared here.
 */
function checkNameId({ at, nameId }: SamlSettings, { attributeMappings }: ScimSettings): readonly Issue[] {
  if (nameId === 'managedElsewhere') return [];
  const mapping = attributeMappings.find(({ target }) => target.toLowerCase() === 'username');
  const source = sourceOf(mapping);
  if (source === undefined || source.toLowerCase() === nameId.toLowerCase()) return [];
  return [
    error('name-id-mapping', [...at, 'nameId'], {
      value: nameId,
      problem: `is the NameID, but provisioning writes ${source} as userName: AWS refuses everybody in whom the two differ`,
      allowed: `nameId: ${source}, or { target: userName, source: ${nameId} } in scim.attributeMappings`,
      ...(mapping !== undefined && { related: [mapping.at] }),
    }),
  ];
}

/** Attribute that becomes the user name; undefined where it is none, or the result of an expression. */
function sourceOf(mapping: AttributeMapping | undefined): string | undefined {
  if (mapping === undefined) return TEMPLATE_SOURCE;
  return mapping.source ?? /^\[(?<name>\w+)\]$/.exec(mapping.expression ?? '')?.groups?.['name'];
}

/** Automatic provisioning: where to, and what is mapped otherwise. */
function checkScim(scim: ScimSettings, saml: SamlSettings): readonly Issue[] {
  const { attributeMappings: mappings } = scim;
  return [
    ...checkRegion(scim, saml),
    ...(scim.acceptDeletions === undefined ? [] : checkAccepted(scim.acceptDeletions)),
    ...checkMappings(scim),
    ...(mappings.some(({ target }) => target === EXTERNAL_ID) ? [] : [noExternalId(scim)]),
  ];
}

const EXTERNAL_ID = 'externalId';

function checkRegion({ at, endpoint }: ScimSettings, saml: SamlSettings): readonly Issue[] {
  const region = regionIn(saml.identifier, SAML_ISSUER);
  const other = regionIn(endpoint, SCIM_ENDPOINT);
  if (region === undefined || other === undefined || region === other) return [];
  return [
    error('scim-region', [...at, 'endpoint'], {
      value: endpoint,
      problem: `is in ${other}, but people sign in through ${region}`,
      allowed: 'both from the same instance',
      related: [[...saml.at, 'identifier']],
    }),
  ];
}

/** An acknowledgement names an event that was, and a decision after it. */
function checkAccepted({ at, quarantinedSince, decidedOn }: AcceptedDeletions): readonly Issue[] {
  if (!isMoment(quarantinedSince)) return [];
  const day = quarantinedSince.slice(0, 10);
  if (isDay(decidedOn) && decidedOn >= day) return [];
  return [
    error('accepted-deletions', [...at, 'decidedOn'], {
      value: decidedOn,
      problem: isDay(decidedOn) ? 'is before the quarantine' : 'is not a valid date',
      allowed: `YYYY-MM-DD, ${day} or later`,
    }),
  ];
}

function noExternalId({ at }: ScimSettings): Issue {
  return warning('external-id-mapping', [...at, 'attributeMappings'], {
    problem: `'${EXTERNAL_ID}' stays mapped to mailNickname: a person with a new nickname becomes another user in AWS`,
    allowed: '{ target: externalId, source: objectId }',
  });
}

/** Checks that the addresses of Identity Center belong together. */
function checkSaml(saml: SamlSettings, instance: IdentityCenterSettings | undefined): readonly Issue[] {
  return [...checkRegions(saml), ...checkAdditionalReplyUrls(saml, instance)];
}

/** Region of a SAML or SCIM address of Identity Center; undefined if it is none. */
function regionIn(url: string, pattern: RegExp): string | undefined {
  return pattern.exec(url)?.groups?.['region'];
}

function checkRegions({ at, identifier, replyUrl }: SamlSettings): readonly Issue[] {
  const region = regionIn(identifier, SAML_ISSUER);
  const other = regionIn(replyUrl, ACS_URL);
  if (region === undefined || other === undefined || region === other) return [];
  return [
    error('saml-region', [...at, 'replyUrl'], {
      value: replyUrl,
      problem: `is in ${other}, but the identifier is in ${region}`,
      allowed: 'both from the same instance',
      related: [[...at, 'identifier']],
    }),
  ];
}

/** The one host that serves the primary Region alone ('Workforce access through an additional Region'). */
const PRIMARY_HOST = 'signin.aws.amazon.com';

/** Checks the ACS URLs of the additional Regions: what they are, and that each Region has one. */
function checkAdditionalReplyUrls(saml: SamlSettings, instance: IdentityCenterSettings | undefined): readonly Issue[] {
  const primary = SAML_ISSUER.exec(saml.identifier)?.groups?.['region'];
  const urls = placed(saml.additionalReplyUrls, [...saml.at, 'additionalReplyUrls']);
  const first = { at: [...saml.at, 'replyUrl'], text: saml.replyUrl };
  const wrong = urls.filter(({ text }) => !isAcs(text, primary));
  return [
    ...wrong.map(({ at, text }) => error('saml-url', at, { value: masked(text), ...NO_ACS })),
    ...duplicates('saml-url', [first, ...urls], { allowed: 'each URL once' }),
    ...checkRegionsOf(urls, { saml, instance, primary }),
  ];
}

const NO_ACS = {
  problem: 'is not an ACS URL of an additional Region',
  allowed:
    'https://<region>.signin.aws/platform/saml/acs/… or https://<region>.sso.signin.aws/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication, View ACS URLs',
} as const;

function isAcs(url: string, primary: string | undefined): boolean {
  const parts = ACS_URL.exec(url)?.groups;
  return parts !== undefined && (parts['host'] !== PRIMARY_HOST || parts['region'] === primary);
}

interface Regions {
  readonly saml: SamlSettings;
  readonly instance: IdentityCenterSettings | undefined;
  readonly primary: string | undefined;
}

/** Compares the Regions of the URLs with those to which the instance is replicated. */
function checkRegionsOf(urls: readonly PlacedText[], { saml, instance, primary }: Regions): readonly Issue[] {
  const regions = instance?.additionalRegions ?? [];
  const regionOf = ({ text }: PlacedText): string | undefined => ACS_URL.exec(text)?.groups?.['region'];
  const served = new Set(urls.map(regionOf));
  const missing = regions.filter((region) => region !== primary && !served.has(region));
  return [
    ...urls
      .filter((url) => isAcs(url.text, primary) && ![primary, ...regions].includes(regionOf(url)))
      .map(({ at, text }) =>
        warning('region-reply-url', at, {
          value: masked(text),
          problem: 'is in a Region that access.identityCenter.additionalRegions does not list',
          allowed: 'an ACS URL for each Region of the instance; list the Region, or remove the URL',
        }),
      ),
    ...(missing.length === 0
      ? []
      : [
          warning('region-reply-url', [...saml.at, 'additionalReplyUrls'], {
            problem: `lacks an ACS URL of ${quotedList(missing)}: no one can sign in there while the primary Region is out of order`,
            allowed: NO_ACS.allowed,
            related: instance === undefined ? [] : [[...instance.at, 'additionalRegions']],
          }),
        ]),
  ];
}

/** Namespace of SCIM's enterprise attributes (RFC 7643, 4.3). */
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Targets that Entra's templates map already, of those that the checks below look for. */
const TEMPLATE_TARGETS = [
  'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value',
  'addresses[type eq "work"].locality',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:employeeNumber`,
  `${ENTERPRISE}:manager`,
];

/** Mappings that Identity Center takes, each with one source. */
function checkMappings({ attributeMappings: mappings }: ScimSettings): readonly Issue[] {
  return [
    ...mappings.flatMap(checkSource),
    ...mappings.flatMap(checkTarget),
    ...mappings.flatMap(checkRequired),
    ...checkSingleValues(mappings),
  ];
}

const SOURCES = ['source', 'constant', 'expression', 'remove'] as const;

function checkSource(mapping: AttributeMapping): readonly Issue[] {
  const given = SOURCES.filter((key) => mapping[key] !== undefined);
  if (given.length === 1) return [];
  const got = given.length === 0 ? 'has no source' : `has ${given.join(' and ')}`;
  const problem = `the mapping of '${mapping.target}' ${got}`;
  const allowed = 'exactly one of source, constant and expression, or remove: true';
  return [error('mapping-source', mapping.at, { problem, allowed })];
}

/** AWS, IAM Identity Center SCIM Implementation Developer Guide, 'Limitations from SCIM specification'. */
const UNSUPPORTED = /^(?:password|ims|photos|groups|entitlements|x509Certificates)(?![A-Za-z])|\.display$/i;

function checkTarget({ at, target, remove }: AttributeMapping): readonly Issue[] {
  if (remove === true || !UNSUPPORTED.test(target)) return [];
  const problem = 'is an attribute that IAM Identity Center does not take';
  const allowed = "the attributes of AWS's page 'Limitations from SCIM specification'";
  return [error('mapping-target', [...at, 'target'], { value: target, problem, allowed })];
}

/** Attributes of every user (AWS, IAM Identity Center SCIM Implementation Developer Guide, 'CreateUser': required). */
const REQUIRED = ['userName', 'displayName', 'name.givenName', 'name.familyName'];

/** The template maps them: a mapping may give them another source, and not take it away. */
function checkRequired({ at, target, remove, constant }: AttributeMapping): readonly Issue[] {
  const isRequired = REQUIRED.some((one) => inAnyCase(one) === inAnyCase(target));
  const isEmpty = constant?.trim() === '';
  if (!isRequired || !(remove === true || isEmpty)) return [];
  const problem =
    'is required: IAM Identity Center refuses each user without it, so new people do not reach AWS and no change of a user arrives';
  const allowed = `another source, or no mapping, which leaves the template's; required are ${REQUIRED.join(', ')}`;
  return [error('required-attribute', [...at, 'target'], { value: target, problem, allowed })];
}

const MULTI_VALUED = /^(?<attribute>emails|phoneNumbers|addresses)\[(?<filter>[^\]]*)\]/i;

/** 'Multiple emails, addresses, and phone numbers' are not supported (the same page): users with two are refused whole. */
function checkSingleValues(mappings: readonly AttributeMapping[]): readonly Issue[] {
  const template = TEMPLATE_TARGETS.flatMap((target) => entryIn(target)).filter(({ key }) => !isRemoved(key, mappings));
  const firsts = new Map(template.map((entry) => [entry.attribute, entry.key]));
  return mappings.flatMap(({ at, target, remove }) =>
    entryIn(target).flatMap(({ attribute, key }) => {
      if (remove === true) return [];
      const first = firsts.get(attribute) ?? key;
      firsts.set(attribute, first);
      if (first === key) return [];
      const problem = `is mapped beside ${first}: IAM Identity Center refuses users with several ${attribute}`;
      const allowed = `one; for this one, remove: true for every target of ${first}`;
      return [error('several-values', [...at, 'target'], { value: target, problem, allowed })];
    }),
  );
}

interface Entry {
  readonly attribute: string;
  /** Attribute and filter, such as `phoneNumbers[type eq "work"]`. */
  readonly key: string;
}

function entryIn(target: string): readonly Entry[] {
  const match = MULTI_VALUED.exec(target);
  const attribute = match?.groups?.['attribute'];
  return match === null || attribute === undefined ? [] : [{ attribute, key: match[0] }];
}

function isRemoved(key: string, mappings: readonly AttributeMapping[]): boolean {
  return mappings.some(({ target, remove }) => remove === true && target.startsWith(key));
}

/** Sources that the estate knows; any other one is a finding of its own. */
const ENTERPRISE_SOURCE =
  /^\$\{path:enterprise\.(?<name>costCenter|department|division|employeeNumber|manager|organization)(?:\.value)?\}$/;

/**
 * Attributes for access control that provisioning never fills. A session has no tag for an attribute without a value, so that
 * a policy which compares it denies: IAM Identity Center User Guide, 'Attributes for access control'.
 */
function checkMappedAttributes(
  { attributeMappings: mappings }: ScimSettings,
  access: Access | undefined,
): readonly Issue[] {
  const removed = mappings.filter(({ remove }) => remove === true).map(({ target }) => inAnyCase(target));
  const written = mappings.filter(({ remove }) => remove !== true).map(({ target }) => target);
  const filled = new Set(
    [...TEMPLATE_TARGETS, ...written].map(inAnyCase).filter((target) => !removed.includes(target)),
  );
  return (access?.attributes ?? []).flatMap(({ at, key, source }) => {
    const name = ENTERPRISE_SOURCE.exec(source)?.groups?.['name'];
    if (name === undefined || filled.has(inAnyCase(`${ENTERPRISE}:${name}`))) return [];
    const problem = `has no value for anyone, so policies that compare the tag '${key}' deny: provisioning does not map it`;
    const allowed = `a mapping in workforce.awsApplication.scim.attributeMappings with target ${ENTERPRISE}:${name}`;
    return [warning('unmapped-attribute', [...at, 'source'], { value: source, problem, allowed })];
  });
}
