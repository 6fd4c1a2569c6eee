import type { Issue } from '../../../source/finding';
import type { Access } from '../../estate';
import { error, inAnyCase, warning } from '../../shared/issue';
import type { AttributeMapping, ScimSettings } from '../workforce';

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
export function checkMappings({ attributeMappings: mappings }: ScimSettings): readonly Issue[] {
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
export function checkMappedAttributes(
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
