import { quotedList } from '../../../../text/suggest';
import { isDay, isMoment } from '../../durations';
import type { Access, Estate, Grant, IdentityCenterSettings } from '../../estate';
import { ACS_URL, ENTERPRISE, SAML_ISSUER, SCIM_ENDPOINT, TEMPLATE_TARGETS } from '../../limits';
import {
  duplicates,
  error,
  inAnyCase,
  type Issues,
  type KnownNames,
  masked,
  placed,
  type PlacedText,
  unknownNames,
  warning,
} from '../../shared/issue';
import type { AttributeMapping, AwsApplication, SamlSettings, ScimSettings, Workforce } from '../workforce';
import { checkAssignedNesting } from './groups';
import { checkConditionalAccess, checkSigningCertificates } from './sign-in';

/** The enterprise application for AWS, and whether it lets in those to whom the estate grants access. */
export function* checkAwsApplication(
  { groups, awsApplication: application }: Workforce,
  { access }: Estate,
  known: KnownNames,
): Issues {
  if (application === undefined) return;
  const { at, saml, scim, assignedGroups } = application;
  yield* checkSaml(saml, access?.identityCenter);
  yield* checkSigningCertificates(saml);
  if (scim !== undefined) yield* checkScim(scim, saml, access);
  const assigned = assignedGroups.map(({ at: place, name }) => ({ at: place, text: name }));
  yield* unknownNames('unknown-assigned-group', assigned, known);
  if (assignedGroups.length === 0 && groups.length > 0)
    yield warning('no-assigned-group', [...at, 'assignedGroups'], {
      problem: 'no one can sign in to AWS',
      allowed: 'the groups that reach AWS; remove assignedGroups to assign all groups',
    });
  yield* checkAssignedNesting(groups, assignedGroups);
  yield* checkConditionalAccess(application, known);
  yield* checkGranted(application, access?.grants ?? [], new Set(known.known));
}

/** Groups of the estate that are granted access and left out of the application: one finding each, at the first grant. */
function* checkGranted(
  { assignedGroups }: AwsApplication,
  grants: readonly Grant[],
  declared: ReadonlySet<string>,
): Issues {
  const seen = new Set(assignedGroups.map(({ name }) => name));
  for (const { at, holder } of grants) {
    if (holder.kind === 'user' || !declared.has(holder.name) || seen.has(holder.name)) continue;
    seen.add(holder.name);
    yield warning('unassigned-group', [...at, 'group'], {
      value: holder.name,
      problem: 'is not assigned to the AWS application: it is never provisioned, and its members cannot sign in',
      allowed: 'add it to workforce.awsApplication.assignedGroups',
    });
  }
}

/** Region of a SAML or SCIM address of Identity Center; undefined if it is none. */
function regionIn(url: string, pattern: RegExp): string | undefined {
  return pattern.exec(url)?.groups?.['region'];
}

/** Checks that the addresses of Identity Center belong together. */
function* checkSaml(saml: SamlSettings, instance: IdentityCenterSettings | undefined): Issues {
  const { at, identifier, replyUrl, additionalReplyUrls } = saml;
  const primary = regionIn(identifier, SAML_ISSUER);
  const region = regionIn(replyUrl, ACS_URL);
  if (primary !== undefined && region !== undefined && primary !== region)
    yield error('saml-region', [...at, 'replyUrl'], {
      value: replyUrl,
      problem: `is in ${region}, but the identifier is in ${primary}`,
      allowed: 'both from the same instance',
      related: [[...at, 'identifier']],
    });
  const urls = placed(additionalReplyUrls, [...at, 'additionalReplyUrls']);
  const all = [{ at: [...at, 'replyUrl'], text: replyUrl }, ...urls];
  yield* duplicates('saml-url', all, { allowed: 'each URL once' });
  yield* checkAdditionalUrls(urls, [primary, ...(instance?.additionalRegions ?? [])]);
  const served = [primary, ...urls.map(({ text }) => regionIn(text, ACS_URL))];
  const missing = (instance?.additionalRegions ?? []).filter((one) => !served.includes(one));
  if (instance !== undefined && missing.length > 0)
    yield warning('region-reply-url', [...at, 'additionalReplyUrls'], {
      problem: `lacks an ACS URL of ${quotedList(missing)}: no one can sign in there while the primary Region is out of order`,
      allowed: ACS_URLS,
      related: [[...instance.at, 'additionalRegions']],
    });
}

const ACS_URLS =
  'https://<region>.signin.aws/platform/saml/acs/… or https://<region>.sso.signin.aws/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication, View ACS URLs';

/** The one host that serves the primary Region alone ('Workforce access through an additional Region'). */
const PRIMARY_HOST = 'signin.aws.amazon.com';

/** Checks that further URLs are those of Regions to which the instance is replicated. */
function* checkAdditionalUrls(urls: readonly PlacedText[], regions: readonly (string | undefined)[]): Issues {
  const [primary] = regions;
  for (const { at, text } of urls) {
    const { region, host } = ACS_URL.exec(text)?.groups ?? {};
    if (region === undefined || (host === PRIMARY_HOST && region !== primary))
      yield error('saml-url', at, {
        value: masked(text),
        problem: 'is not an ACS URL of an additional Region',
        allowed: ACS_URLS,
      });
    else if (!regions.includes(region))
      yield warning('region-reply-url', at, {
        value: masked(text),
        problem: 'is in a Region that access.identityCenter.additionalRegions does not list',
        allowed: 'an ACS URL for each Region of the instance; list the Region, or remove the URL',
      });
  }
}

const EXTERNAL_ID = 'externalId';

/** Automatic provisioning: where to, and what is mapped otherwise. */
function* checkScim(scim: ScimSettings, saml: SamlSettings, access: Access | undefined): Issues {
  const { at, endpoint, acceptDeletions, attributeMappings: mappings } = scim;
  const region = regionIn(saml.identifier, SAML_ISSUER);
  const other = regionIn(endpoint, SCIM_ENDPOINT);
  if (region !== undefined && other !== undefined && region !== other)
    yield error('scim-region', [...at, 'endpoint'], {
      value: endpoint,
      problem: `is in ${other}, but people sign in through ${region}`,
      allowed: 'both from the same instance',
      related: [[...saml.at, 'identifier']],
    });
  if (acceptDeletions !== undefined) yield* checkAccepted(acceptDeletions);
  for (const mapping of mappings) yield* checkMapping(mapping);
  yield* checkSingleValues(mappings);
  if (!mappings.some(({ target }) => target === EXTERNAL_ID))
    yield warning('external-id-mapping', [...at, 'attributeMappings'], {
      problem: `'${EXTERNAL_ID}' stays mapped to mailNickname: a person with a new nickname becomes another user in AWS`,
      allowed: '{ target: externalId, source: objectId }',
    });
  yield* checkNameId(saml, mappings);
  yield* checkMappedAttributes(mappings, access);
}

/** An acknowledgement names an event that was, and a decision after it. */
function* checkAccepted({ at, ...accepted }: NonNullable<ScimSettings['acceptDeletions']>): Issues {
  const { quarantinedSince, decidedOn: value } = accepted;
  const day = quarantinedSince.slice(0, 10);
  if (isMoment(quarantinedSince) && (!isDay(value) || value < day))
    yield error('accepted-deletions', [...at, 'decidedOn'], {
      value,
      problem: isDay(value) ? 'is before the quarantine' : 'is not a valid date',
      allowed: `YYYY-MM-DD, ${day} or later`,
    });
}

/**
 * AWS finds a person by comparing the NameID of the sign-in with the user name that provisioning wrote: by Entra's template for AWS
 * the user principal name. An expression can't be compared here, unless it names an attribute alone.
 */
function* checkNameId({ at, nameId }: SamlSettings, mappings: readonly AttributeMapping[]): Issues {
  if (nameId === 'managedElsewhere') return;
  const mapping = mappings.find(({ target }) => inAnyCase(target) === 'username');
  const named = /^\[(\w+)\]$/.exec(mapping?.expression ?? '')?.[1];
  const source = mapping === undefined ? 'userPrincipalName' : (mapping.source ?? named);
  if (source !== undefined && inAnyCase(source) !== inAnyCase(nameId))
    yield error('name-id-mapping', [...at, 'nameId'], {
      value: nameId,
      problem: `is the NameID, but provisioning writes ${source} as userName: AWS refuses everybody in whom the two differ`,
      allowed: `nameId: ${source}, or { target: userName, source: ${nameId} } in scim.attributeMappings`,
      ...(mapping !== undefined && { related: [mapping.at] }),
    });
}

const SOURCES = ['source', 'constant', 'expression', 'remove'] as const;

/** AWS, IAM Identity Center SCIM Implementation Developer Guide, 'Limitations from SCIM specification'. */
const UNSUPPORTED = /^(?:password|ims|photos|groups|entitlements|x509Certificates)(?![A-Za-z])|\.display$/i;

/**
 * Attributes of every user (AWS, IAM Identity Center SCIM Implementation Developer Guide, 'CreateUser': required). The template maps
 * them: a mapping may give them another source, and not take it away.
 */
const REQUIRED = ['userName', 'displayName', 'name.givenName', 'name.familyName'];

/** Mappings that Identity Center takes, each with one source. */
function* checkMapping(mapping: AttributeMapping): Issues {
  const { at, target: value, remove } = mapping;
  const given = SOURCES.filter((key) => mapping[key] !== undefined);
  if (given.length !== 1) {
    const problem = `the mapping of '${value}' ${given.length === 0 ? 'has no source' : `has ${given.join(' and ')}`}`;
    yield error('mapping-source', at, {
      problem,
      allowed: 'exactly one of source, constant and expression, or remove: true',
    });
  }
  if (remove !== true && UNSUPPORTED.test(value))
    yield error('mapping-target', [...at, 'target'], {
      value,
      problem: 'is an attribute that IAM Identity Center does not take',
      allowed: "the attributes of AWS's page 'Limitations from SCIM specification'",
    });
  const isEmpty = remove === true || mapping.constant?.trim() === '';
  if (isEmpty && REQUIRED.some((one) => inAnyCase(one) === inAnyCase(value)))
    yield error('required-attribute', [...at, 'target'], {
      value,
      problem:
        'is required: IAM Identity Center refuses each user without it, so new people do not reach AWS and no change of a user arrives',
      allowed: `another source, or no mapping, which leaves the template's; required are ${REQUIRED.join(', ')}`,
    });
}

/** 'Multiple emails, addresses, and phone numbers' are not supported (the same page): users with two are refused whole. */
function* checkSingleValues(mappings: readonly AttributeMapping[]): Issues {
  const isRemoved = (key: string): boolean =>
    mappings.some(({ target, remove }) => remove === true && target.startsWith(key));
  const firsts = new Map<string, string>();
  const isFirst = ({ attribute, key }: Values): boolean => {
    firsts.set(attribute, firsts.get(attribute) ?? key);
    return firsts.get(attribute) === key;
  };
  TEMPLATE_TARGETS.flatMap(valuesIn)
    .filter(({ key }) => !isRemoved(key))
    .forEach(isFirst);
  for (const { at, target, remove } of mappings)
    for (const values of remove === true ? [] : valuesIn(target)) {
      if (isFirst(values)) continue;
      const first = firsts.get(values.attribute);
      const problem = `is mapped beside ${first}: IAM Identity Center refuses users with several ${values.attribute}`;
      const allowed = `one; for this one, remove: true for every target of ${first}`;
      yield error('several-values', [...at, 'target'], { value: target, problem, allowed });
    }
}

interface Values {
  readonly attribute: string;
  /** Attribute and filter, such as `phoneNumbers[type eq "work"]`. */
  readonly key: string;
}

function valuesIn(target: string): readonly Values[] {
  const [key, attribute] = /^(emails|phoneNumbers|addresses)\[[^\]]*\]/i.exec(target) ?? [];
  return key === undefined || attribute === undefined ? [] : [{ attribute, key }];
}

/** Sources that the estate knows; any other one is a finding of its own. */
const ENTERPRISE_SOURCE =
  /^\$\{path:enterprise\.(?<name>costCenter|department|division|employeeNumber|manager|organization)(?:\.value)?\}$/;

/**
 * Attributes for access control that provisioning never fills. A session has no tag for an attribute without a value, so that
 * a policy which compares it denies: IAM Identity Center User Guide, 'Attributes for access control'.
 */
function* checkMappedAttributes(mappings: readonly AttributeMapping[], access: Access | undefined): Issues {
  const targets = (isRemoved: boolean): readonly string[] =>
    mappings.filter(({ remove = false }) => remove === isRemoved).map(({ target }) => inAnyCase(target));
  const removed = targets(true);
  const filled = [...TEMPLATE_TARGETS.map(inAnyCase), ...targets(false)].filter((one) => !removed.includes(one));
  for (const { at, key, source: value } of access?.attributes ?? []) {
    const name = ENTERPRISE_SOURCE.exec(value)?.groups?.['name'];
    if (name === undefined || filled.includes(inAnyCase(`${ENTERPRISE}:${name}`))) continue;
    const problem = `has no value for anyone, so policies that compare the tag '${key}' deny: provisioning does not map it`;
    const allowed = `a mapping in workforce.awsApplication.scim.attributeMappings with target ${ENTERPRISE}:${name}`;
    yield warning('unmapped-attribute', [...at, 'source'], { value, problem, allowed });
  }
}
