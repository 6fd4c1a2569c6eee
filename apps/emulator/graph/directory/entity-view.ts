import type { JsonObject } from '../json';
import { objectsOf } from '../json';

/** Credentials as they are shown: never a secret, nor its digest, and certificates only to who selects them. */
export function withoutSecrets(entity: JsonObject): JsonObject {
  const passwords = objectsOf(entity, 'passwordCredentials');
  const keys = objectsOf(entity, 'keyCredentials');
  return {
    ...entity,
    ...(keys.length > 0 && { keyCredentials: keys.map((item) => ({ ...publicPart(item), key: null })) }),
    ...(passwords.length > 0 && {
      passwordCredentials: passwords.map((item) => ({ ...publicPart(item), secretText: null })),
    }),
  };
}

/** `$select=keyCredentials` is the one way to read the certificates. */
export function keysWithCertificates(entity: JsonObject): readonly JsonObject[] {
  return objectsOf(entity, 'keyCredentials').map((key) => ({ ...publicPart(key), key: key['_certificate'] ?? null }));
}

export function publicPart(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !name.startsWith('_')));
}
