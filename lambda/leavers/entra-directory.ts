import { z } from 'zod';
import type { Read } from './entra-reader';
import { EntraUser, USER_PROPERTIES } from './entra-reader';
import { nameKey } from '../../src/estate/source/name-key';
import type { Directory } from './people';

/** Most that Graph gives at once. */
const PAGE_SIZE = 999;

const Page = z.object({
  value: z.array(EntraUser),
  '@odata.count': z.number().optional(),
  '@odata.nextLink': z.string().optional(),
});
type Page = z.infer<typeof Page>;

/**
 * Everybody who exists in the tenant.
 *
 * @throws Error unless every page could be read, gives people that no other page gave, and they are as many as Graph said: who
 *   is missing from half an answer is not gone
 */
export async function readDirectory(endpoint: string, read: Read): Promise<Directory> {
  const people = new Set<string>();
  const known = new Set<string>();
  let url: string | undefined = `${endpoint}/v1.0/users?$select=${USER_PROPERTIES}&$top=${PAGE_SIZE}&$count=true`;
  let expected: number | undefined;
  let asOf = new Date(0);
  const asked = new Set<string>();
  while (url !== undefined) {
    if (asked.has(url)) throw new Error("Graph's pages do not end: one leads back to another");
    asked.add(url);
    const { at, body } = await read(url);
    const page: Page = Page.parse(body);
    asOf = at;
    expected ??= page['@odata.count'];
    for (const { id, identifiers } of page.value) {
      if (people.has(nameKey(id))) throw new Error(`Entra ID gave the user ${id} twice: its pages repeat each other`);
      people.add(nameKey(id));
      for (const identifier of identifiers) known.add(nameKey(identifier));
    }
    url = nextOf(page['@odata.nextLink'], endpoint);
  }
  if (expected === undefined) throw new Error('Entra ID does not say how many users there are');
  if (people.size < expected) throw new Error(`Entra ID has ${expected} users and gave ${people.size}`);
  return { size: people.size, asOf, has: (identifier) => known.has(nameKey(identifier)) };
}

/** The token goes with every request, so a next page must be at this Graph. */
function nextOf(link: string | undefined, endpoint: string): string | undefined {
  if (link === undefined || link.startsWith(`${endpoint}/`)) return link;
  throw new Error(`Graph's next page is elsewhere: ${link}`);
}
