import type { JsonObject } from '../../json';
import type { MappingLine } from './schema-builder';
import { buildSchema } from './schema-builder';

const ACTIVE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Attributes of a user that both templates map, in the order of the portal. */
const USER_LINES: readonly MappingLine[] = [
  ['userName', '[userPrincipalName]', { matchingPriority: 1 }],
  ['active', ACTIVE],
  ['displayName', '[displayName]'],
  ['title', '[jobTitle]'],
  ['emails[type eq "work"].value', '[mail]'],
  ['preferredLanguage', '[preferredLanguage]'],
  ['name.givenName', '[givenName]'],
  ['name.familyName', '[surname]'],
  ['name.formatted', 'Join(" ", [givenName], [surname])'],
  ['addresses[type eq "work"].streetAddress', '[streetAddress]'],
  ['addresses[type eq "work"].locality', '[city]'],
  ['addresses[type eq "work"].postalCode', '[postalCode]'],
  ['addresses[type eq "work"].country', '[country]'],
  ['phoneNumbers[type eq "work"].value', '[telephoneNumber]'],
  ['externalId', '[mailNickname]'],
  [`${ENTERPRISE}:employeeNumber`, '[employeeId]'],
  [`${ENTERPRISE}:department`, '[department]'],
  [`${ENTERPRISE}:manager`, '[manager]'],
];

/** The rest of the enterprise extension (RFC 7643, 4.3), and the extension attributes of a user of Entra ID. */
const USER_UNMAPPED = {
  source: Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
  target: ['costCenter', 'organization', 'division'].map((name) => `${ENTERPRISE}:${name}`),
};

const GROUP_LINES: readonly MappingLine[] = [
  ['displayName', '[displayName]', { matchingPriority: 1 }],
  ['externalId', '[objectId]'],
  ['members', '[members]'],
];

/** The mapping that a job starts with, and goes back to when its schema is deleted. */
export function templateSchema(templateId: string): JsonObject {
  return buildSchema(templateId, TARGET_DIRECTORIES[templateId] ?? 'customappsso', [
    {
      name: 'Provision Microsoft Entra ID Users',
      source: 'User',
      target: 'User',
      lines: USER_LINES,
      unmapped: USER_UNMAPPED,
    },
    { name: 'Provision Microsoft Entra ID Groups', source: 'Group', target: 'Group', lines: GROUP_LINES },
  ]);
}

/** Names that the templates give to the systems that they provision. */
const TARGET_DIRECTORIES: Readonly<Record<string, string>> = {
  aWSSingleSignon: 'AWS IAM Identity Center',
  scim: 'customappsso',
};
