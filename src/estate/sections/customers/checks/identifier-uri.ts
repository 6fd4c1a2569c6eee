import type { ApiApplication } from '../customers';
import type { Issue } from '../../../source/finding';
import { IDENTIFIER_URI_LENGTH } from '../../limits';
import { error } from '../../shared/issue';

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
