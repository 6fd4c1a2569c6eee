import type { ApiApplication, Scope } from '../customers';
import type { Issue } from '../../../source/finding';
import {
  B2C_APPLICATION_NAME_LENGTH,
  GUID,
  IDENTIFIER_URI_LENGTH,
  RESERVED_SCOPES,
  SCOPE_COUNT,
  SCOPE_VALUE,
  SCOPE_VALUE_LENGTH,
} from '../../limits';
import { checkDisplayName, duplicates, error, valuesOf } from '../../shared/issue';

/** The API's registration in the customers' directory. */
export function checkApiApplication(application: ApiApplication, directory: string): readonly Issue[] {
  const { at, displayName, scopes } = application;
  return [
    ...checkDisplayName([...at, 'displayName'], displayName, B2C_APPLICATION_NAME_LENGTH),
    ...checkIdentifierUri(application, directory),
    ...scopes.flatMap(checkScope),
    ...duplicates('duplicate-scope', valuesOf(scopes, 'value'), {
      problem: 'is the value of two scopes',
      allowed: 'each value once',
    }),
    ...(scopes.length > SCOPE_COUNT ? [tooManyScopes(application)] : []),
  ];
}

const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;

/** An Application ID URI in the domain of the directory. */
export function checkIdentifierUri(
  { at, identifierUri }: Pick<ApiApplication, 'at' | 'identifierUri'>,
  directory: string,
): readonly Issue[] {
  const base = `https://${directory}.onmicrosoft.com`;
  const problem = identifierUriProblem(identifierUri, base);
  if (problem === undefined) return [];
  const allowed = `${base}/<path>, ${IDENTIFIER_URI_LENGTH} characters at most`;
  return [error('identifier-uri', [...at, 'identifierUri'], { value: identifierUri, problem, allowed })];
}

function identifierUriProblem(uri: string, base: string): string | undefined {
  if (uri.startsWith('api://'))
    return 'would contain the application id, which is unknown until the application exists';
  if (!uri.startsWith(base)) return 'is not in the domain of the directory';
  if (!PATH.test(uri.slice(base.length))) return 'must end in a path of letters, digits and ._~-';
  return uri.length > IDENTIFIER_URI_LENGTH ? `is ${uri.length} characters long` : undefined;
}

function checkScope({ at, value, id }: Scope): readonly Issue[] {
  const problem = scopeProblem(value);
  const ofId =
    id === undefined || GUID.test(id)
      ? []
      : [error('scope-id', [...at, 'id'], { value: id, problem: 'is not a valid id', allowed: 'a GUID' })];
  if (problem === undefined) return ofId;
  const allowed = `at most ${SCOPE_VALUE_LENGTH} letters, digits and punctuation marks, not beginning with a dot: Accounts.Read`;
  return [...ofId, error('scope-value', [...at, 'value'], { value, problem, allowed })];
}

function scopeProblem(value: string): string | undefined {
  if (value.length > SCOPE_VALUE_LENGTH) return `is ${value.length} characters long`;
  if (value.startsWith('.')) return 'begins with a dot';
  if (RESERVED_SCOPES.includes(value.toLowerCase())) return 'is a scope of OpenID Connect';
  const bad = [...value].find((character) => !SCOPE_VALUE.test(character));
  return bad === undefined ? undefined : `contains ${JSON.stringify(bad)}, which is not allowed in a scope`;
}

function tooManyScopes({ at, scopes }: ApiApplication): Issue {
  return error('too-many-scopes', [...at, 'scopes'], {
    problem: `${scopes.length} scopes, and the web application asks for all of them`,
    allowed: `at most ${SCOPE_COUNT}`,
  });
}
