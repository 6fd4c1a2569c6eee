import type { Subject } from '../../saml/response';
import { EMAIL_ADDRESS } from '../../saml/xml';
import type { Directory } from '../directory/directory';
import { findText, type JsonObject, objectOf, objectsOf, parseObject, textsOf } from '../json';
import type { Entity } from '../store/store';

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const MICROSOFT = 'http://schemas.microsoft.com/identity/claims';
const NAME_ID = `${CLAIMS}/nameidentifier`;

/** Properties of a user by the id that a claims mapping policy has for them: 'Claims customization reference'. */
const SOURCES: Readonly<Record<string, string>> = {
  userprincipalname: 'userPrincipalName',
  mail: 'mail',
  objectid: 'id',
  displayname: 'displayName',
  givenname: 'givenName',
  surname: 'surname',
  employeeid: 'employeeId',
  department: 'department',
};

/** The basic claim set: 'SAML token claims reference'. */
const BASIC: Readonly<Record<string, string>> = {
  [`${MICROSOFT}/objectidentifier`]: 'id',
  [`${MICROSOFT}/displayname`]: 'displayName',
  [`${CLAIMS}/givenname`]: 'givenName',
  [`${CLAIMS}/surname`]: 'surname',
  [`${CLAIMS}/emailaddress`]: 'mail',
  [`${CLAIMS}/name`]: 'userPrincipalName',
};

/** A person as an application's claims mapping policy names them; by their user principal name where it has none. */
export function subjectOf(directory: Directory, principal: Entity, person: Entity): Subject {
  const policy = policyOf(directory, principal);
  const entries = objectsOf(policy, 'ClaimsSchema');
  const mapped = entries.flatMap((entry) => {
    const value = valueOf(entry, person);
    const name = findText(entry, 'SamlClaimType');
    return value === undefined || name === undefined || name === NAME_ID ? [] : [[name, value] as const];
  });
  const basic = findText(policy, 'IncludeBasicClaimSet') === 'false' ? [] : basicClaims(directory, person);
  return { nameId: nameIdOf(entries, person), claims: new Map([...basic, ...mapped]) };
}

function policyOf(directory: Directory, { id }: Entity): JsonObject {
  const [policyId = ''] = directory.links(id, 'claimsMappingPolicies');
  const policy = directory.find('claimsMappingPolicies', policyId);
  const [definition = ''] = policy === undefined ? [] : textsOf(policy, 'definition');
  return objectOf(parseObject(definition) ?? {}, 'ClaimsMappingPolicy');
}

/** Without an entry of its own the NameID is the user principal name, as an e-mail address. */
function nameIdOf(entries: readonly JsonObject[], person: Entity): Subject['nameId'] {
  const entry = entries.find((one) => findText(one, 'SamlClaimType') === NAME_ID);
  const value = entry === undefined ? findText(person, 'userPrincipalName') : valueOf(entry, person);
  if (value === undefined) return undefined;
  const format = entry === undefined ? undefined : findText(entry, 'SamlNameIdFormat');
  return { format: format ?? EMAIL_ADDRESS, value };
}

/** A constant, or a property of the person; undefined where they have none. */
function valueOf(entry: JsonObject, person: Entity): string | undefined {
  const id = findText(entry, 'ID');
  if (id === undefined) return findText(entry, 'Value');
  const property = SOURCES[id.toLowerCase()] ?? attributeOf(id);
  const value = property === undefined ? undefined : findText(propertiesOf(person), property);
  return value === '' ? undefined : value;
}

/** `extensionattribute1` is `extensionAttribute1` of the attributes that come from a directory on the premises. */
function attributeOf(id: string): string | undefined {
  const number = /^extensionattribute(\d+)$/i.exec(id)?.[1];
  return number === undefined ? undefined : `extensionAttribute${number}`;
}

function propertiesOf(person: Entity): JsonObject {
  return { ...objectOf(person, 'onPremisesExtensionAttributes'), ...person };
}

function basicClaims({ tenant }: Directory, person: Entity): readonly (readonly [string, string])[] {
  const own = Object.entries(BASIC).flatMap(([name, property]) => {
    const value = findText(person, property) ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  const provider = `https://sts.windows.net/${tenant.id}/`;
  return [[`${MICROSOFT}/tenantid`, tenant.id], [`${MICROSOFT}/identityprovider`, provider], ...own];
}
