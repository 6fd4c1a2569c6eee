import type { Entity } from '../../store/store';

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

export const BUILT_IN_ATTRIBUTES: readonly Entity[] = BUILT_IN.map(([id, displayName, description, dataType]) => ({
  id,
  displayName,
  description,
  userFlowAttributeType: 'builtIn',
  dataType,
}));
