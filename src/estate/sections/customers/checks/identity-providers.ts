import type { DeclaredProvider, DirectoryType } from '../customers';
import { EXTERNAL_PROVIDERS, providerIdOf, providerKeys, PROVIDER_KEYS } from '../provider-types';
import type { Issue } from '../../../source/finding';
import { PROVIDER_NAME } from '../../limits';
import { quotedList } from '../../../../text/suggest';
import { checkSecretReference, checkUrl, isHttps } from './calls';
import { duplicates, error, masked, mismatches, repeated, valuesOf } from '../../shared/issue';

/** Identity providers of the directory: names, what each type needs and takes, and where its secret is. */
export function checkIdentityProviders(
  providers: readonly DeclaredProvider[],
  directoryType: DirectoryType,
): readonly Issue[] {
  const names = valuesOf(providers, 'name');
  return [
    ...mismatches('identity-provider', names, {
      pattern: PROVIDER_NAME,
      problem: 'is not a valid name of an identity provider',
      allowed: '1 to 63 small letters, digits and -, a letter first',
    }),
    ...duplicates('identity-provider', names, { allowed: 'each name once' }),
    ...repeated(
      providers.filter(({ type }) => providerIdOf(type) !== undefined),
      ({ type }) => type,
    ).map(({ item, first }) =>
      error('identity-provider', [...item.at, 'type'], {
        value: item.type,
        problem: `is already the type of '${first.name}'`,
        allowed: 'one provider of each social type and of apple: a directory has one',
        related: [[...first.at, 'type']],
      }),
    ),
    ...providers.flatMap((provider) => [
      ...checkType(provider, directoryType),
      ...checkKeys(provider, directoryType),
      ...checkUrls(provider),
      ...checkSecretReference(provider.secret),
    ]),
  ];
}

function checkType({ at, type }: DeclaredProvider, directoryType: DirectoryType): readonly Issue[] {
  if (directoryType === 'b2c' || EXTERNAL_PROVIDERS.includes(type)) return [];
  return [
    error('external-id-provider', [...at, 'type'], {
      value: type,
      problem: 'is not a type of identity provider in External ID',
      allowed: `${quotedList(EXTERNAL_PROVIDERS)}; others by openIdConnect`,
    }),
  ];
}

function checkKeys(provider: DeclaredProvider, directoryType: DirectoryType): readonly Issue[] {
  const { at, type } = provider;
  const needed = providerKeys(type, directoryType);
  const missing = needed.filter((key) => provider[key] === undefined);
  const idle = PROVIDER_KEYS.filter((key) => provider[key] !== undefined && !needed.includes(key));
  const allowed = `type: ${type} takes ${needed.join(', ')}`;
  return [
    ...missing.map((key) =>
      error('identity-provider-keys', [...at, key], { aboutKey: true, problem: `'${key}' is missing`, allowed }),
    ),
    ...idle.map((key) =>
      error('identity-provider-keys', [...at, key], {
        aboutKey: true,
        problem: `does not apply to ${type}`,
        allowed: `remove the key; ${allowed}`,
      }),
    ),
  ];
}

const METADATA = '/.well-known/openid-configuration';

function checkUrls({ at, metadataUrl, issuer }: DeclaredProvider): readonly Issue[] {
  const metadata = {
    problem: 'is not the address of OpenID Connect metadata',
    allowed: `an https address that ends in ${METADATA}`,
  };
  const place = [...at, 'metadataUrl'];
  return [
    ...(metadataUrl === undefined ? [] : checkUrl('identity-provider', { at: place, text: metadataUrl }, metadata)),
    ...(metadataUrl === undefined || !isHttps(metadataUrl) || new URL(metadataUrl).pathname.endsWith(METADATA)
      ? []
      : [error('identity-provider', place, { value: masked(metadataUrl), ...metadata })]),
    ...(issuer === undefined
      ? []
      : checkUrl(
          'identity-provider',
          { at: [...at, 'issuer'], text: issuer },
          { problem: 'is not a valid issuer', allowed: 'an https address, as the metadata has it' },
        )),
  ];
}
