import type { JsonObject } from '../json';
import { objectsOf } from '../json';

/** Credentials as they are shown: never a secret, nor its digest. */
export function withoutSecrets(entity: JsonObject): JsonObject {
  const passwords = objectsOf(entity, 'passwordCredentials');
  if (passwords.length === 0) return entity;
  return { ...entity, passwordCredentials: passwords.map((item) => ({ ...publicPart(item), secretText: null })) };
}

export function publicPart(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !name.startsWith('_')));
}
