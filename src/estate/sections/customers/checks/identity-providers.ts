import type { DeclaredProvider, DirectoryType } from '../customers';
import { EXTERNAL_PROVIDERS, providerIdOf, providerKeys, PROVIDER_KEYS } from '../provider-types';
import type { Issue } from '../../../source/finding';
import { quotedList } from '../../../../text/suggest';
import { error, repeated } from '../../shared/issue';

/** Identity providers of the directory: one of a type, and what each type needs and takes. */
export function checkIdentityProviders(
  providers: readonly DeclaredProvider[],
  directoryType: DirectoryType,
): readonly Issue[] {
  return [
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
    ...providers.flatMap((provider) => [...checkType(provider, directoryType), ...checkKeys(provider, directoryType)]),
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
