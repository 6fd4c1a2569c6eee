import type { DeclaredConnector, DirectoryType } from '../customers';
import type { Issue } from '../../../source/finding';
import { PROVIDER_NAME } from '../../limits';
import { duplicates, error, masked, mismatches, valuesOf } from '../../shared/issue';
import { checkSecretReference, isHttps } from './calls';

/** APIs that B2C user flows call: names, addresses, and where their secrets are. */
export function checkApiConnectors(
  connectors: readonly DeclaredConnector[],
  directoryType: DirectoryType,
): readonly Issue[] {
  const names = valuesOf(connectors, 'name');
  const titles = connectors.map(({ at, name, displayName = name }) => ({
    at: [...at, 'displayName'],
    text: displayName,
  }));
  return [
    ...(directoryType === 'b2c' || connectors.length === 0 ? [] : [ofB2c()]),
    ...mismatches('api-connector', names, {
      pattern: PROVIDER_NAME,
      problem: 'is not a valid name of an API connector',
      allowed: '1 to 63 small letters, digits and -, a letter first',
    }),
    ...duplicates('api-connector', names, { allowed: 'each name once' }),
    ...duplicates('api-connector', titles, {
      problem: 'is the name of two API connectors in the portal',
      allowed: 'each once: it is found again by it',
    }),
    ...connectors.flatMap((connector) => [
      ...checkUrl(connector),
      ...checkKeys(connector),
      ...checkSecretReference(connector.secret),
      ...(connector.passphrase === undefined ? [] : checkSecretReference(connector.passphrase)),
    ]),
  ];
}

function ofB2c(): Issue {
  return error('external-id-page', ['customers', 'apiConnectors'], {
    aboutKey: true,
    problem: 'is of B2C user flows; External ID calls APIs by customers.customExtensions',
    allowed: 'remove the key',
  });
}

function checkUrl({ at, url }: DeclaredConnector): readonly Issue[] {
  if (isHttps(url)) return [];
  return [
    error('api-connector', [...at, 'url'], {
      value: masked(url),
      problem: 'is not an address that a directory calls',
      allowed: 'an https address',
    }),
  ];
}

function checkKeys({ at, authentication, username, passphrase }: DeclaredConnector): readonly Issue[] {
  const isBasic = authentication === 'basic';
  const [idle, given] = isBasic ? (['passphrase', passphrase] as const) : (['username', username] as const);
  const takes = isBasic ? 'username and secret' : 'secret and passphrase';
  const allowed = `authentication: ${authentication} takes ${takes}`;
  return [
    ...(isBasic && username === undefined
      ? [
          error('api-connector-keys', [...at, 'username'], {
            aboutKey: true,
            problem: "'username' is missing",
            allowed,
          }),
        ]
      : []),
    ...(given === undefined
      ? []
      : [
          error('api-connector-keys', [...at, idle], {
            aboutKey: true,
            problem: `does not apply to ${authentication}`,
            allowed: `remove the key; ${allowed}`,
          }),
        ]),
  ];
}
