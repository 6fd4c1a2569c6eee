import type { Context, Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { findObject } from '../../directory/objects';
import { badRequest, conflict } from '../../graph-error';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import { create, entityRoutes } from '../entity-routes';

/** Attributes that every directory has: id, display name, description, data type. */
const BUILT_IN: readonly (readonly [string, string, string, string])[] = [
  ['city', 'City', 'The city in which the user is located.', 'string'],
  ['country', 'Country/Region', 'The country or region in which the user is located.', 'string'],
  ['displayName', 'Display Name', 'Display Name of the User.', 'string'],
  ['email', 'Email Address', 'Email address of the user.', 'string'],
  ['givenName', 'Given Name', "The user's given name (also known as first name).", 'string'],
  ['jobTitle', 'Job Title', "The user's job title.", 'string'],
  ['postalCode', 'Postal Code', "The postal code of the user's address.", 'string'],
  ['state', 'State/Province', "The state or province in the user's address.", 'string'],
  ['streetAddress', 'Street Address', 'The street address where the user is located.', 'string'],
  ['surname', 'Surname', "The user's surname (also known as family name or last name).", 'string'],
  ['emails', 'Email Addresses', 'Email addresses of the user.', 'stringCollection'],
  [
    'identityProvider',
    'Identity Provider',
    'The social identity provider used by the user to access to your application.',
    'string',
  ],
  ['newUser', 'User is new', 'True, if the user has just signed-up for your application.', 'boolean'],
  ['objectId', "User's Object ID", 'Object identifier (ID) of the user object in Azure AD.', 'string'],
];

const BUILT_IN_ATTRIBUTES: readonly Entity[] = BUILT_IN.map(([id, displayName, description, dataType]) => ({
  id,
  displayName,
  description,
  userFlowAttributeType: 'builtIn',
  dataType,
}));

const FLOW_ATTRIBUTE: EntityType = {
  collection: 'userFlowAttributes',
  name: 'identityUserFlowAttribute',
  set: 'identity/userFlowAttributes',
  initial: { userFlowAttributeType: 'custom' },
  required: ['displayName', 'dataType'],
  readOnly: ['userFlowAttributeType'],
  fixed: ['displayName', 'dataType'],
  builtIn: BUILT_IN_ATTRIBUTES,
};

export const attributeRoutes: readonly Route[] = entityRoutes({ type: FLOW_ATTRIBUTE, create: createAttribute });

/** Built-in ones are the same everywhere, but for their case: `GivenName` is found as `givenName`. */
export function findAttribute(directory: Directory, id: string): Entity | undefined {
  return findObject(directory, FLOW_ATTRIBUTE, id);
}

function createAttribute({ directory, body }: Context): Entity {
  const displayName = textOf(body, 'displayName');
  if (!/^[A-Za-z][\w ]*$/.test(displayName)) throw badRequest("A value is required for 'displayName'.");
  const id = `extension_${directory.tenant.id.replaceAll('-', '')}_${displayName.replaceAll(' ', '')}`;
  if (findAttribute(directory, id) !== undefined) throw conflict(`The attribute '${displayName}' already exists.`);
  return create(directory, FLOW_ATTRIBUTE, { body, given: { id } });
}
