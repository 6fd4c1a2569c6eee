import { z } from 'zod';
import type { Read } from './entra-reader';
import type { StoreUser } from './people';
import { identifiersOf } from './people';

const Found = z.object({ value: z.array(z.object({ id: z.string().min(1) })) });

const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Conditions on one name. Graph takes at most 15 that are joined by `or`, so each name is a request of its own. */
const conditionsOn = (name: string): readonly string[] => [
  ...['userPrincipalName', 'mail', 'mailNickname', 'onPremisesSamAccountName', 'employeeId'].map(
    (property) => `${property} eq '${name}'`,
  ),
  `otherMails/any(x:x eq '${name}')`,
  `proxyAddresses/any(x:x eq 'smtp:${name}')`,
];

/**
 * Asks Entra ID for one person: by object id in the directory itself, and by every name and mail address in its index.
 *
 * @throws Error if it can't be asked: that is not a no
 */
export async function isKnownToEntra(endpoint: string, read: Read, user: StoreUser): Promise<boolean> {
  const identifiers = [...new Set(identifiersOf(user).flatMap((name) => [name, name.normalize('NFC')]))];
  for (const id of identifiers.filter((one) => OBJECT_ID.test(one))) {
    const { body } = await read(`${endpoint}/v1.0/users/${id}?$select=id`);
    if (body !== undefined) return true;
  }
  for (const name of identifiers.filter((one) => !OBJECT_ID.test(one))) {
    const filter = conditionsOn(name.replaceAll("'", "''")).join(' or ');
    const { body } = await read(`${endpoint}/v1.0/users?$select=id&$count=true&$filter=${encodeURIComponent(filter)}`);
    if (Found.parse(body).value.length > 0) return true;
  }
  return false;
}
