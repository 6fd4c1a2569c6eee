import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { Directory } from './people';

/** Most that Graph gives at once. */
const PAGE_SIZE = 999;

const Page = z.object({
  value: z.array(z.object({ id: z.string().min(1), userPrincipalName: z.string() })),
  '@odata.count': z.number().optional(),
  '@odata.nextLink': z.string().optional(),
});

/** Reads one page of Graph. */
export type ReadPage = (url: string) => Promise<unknown>;

/**
 * Everybody who exists in the tenant.
 *
 * @throws Error unless every page could be read, and they have as many users as Graph said: who is missing from half an
 *   answer is not gone
 */
export async function readDirectory(endpoint: string, read: ReadPage): Promise<Directory> {
  const known = new Set<string>();
  let url: string | undefined = `${endpoint}/v1.0/users?$select=id,userPrincipalName&$top=${PAGE_SIZE}&$count=true`;
  let size = 0;
  let expected: number | undefined;
  while (url !== undefined) {
    const page: z.infer<typeof Page> = Page.parse(await read(url));
    expected ??= page['@odata.count'];
    size += page.value.length;
    for (const { id, userPrincipalName } of page.value)
      known.add(id.toLowerCase()).add(userPrincipalName.toLowerCase());
    url = nextOf(page['@odata.nextLink'], endpoint);
  }
  if (expected === undefined) throw new Error('Entra ID does not say how many users there are');
  if (size < expected) throw new Error(`Entra ID has ${expected} users and gave ${size}`);
  return { size, has: (idOrName) => known.has(idOrName) };
}

/** The token goes with every request, so a next page must be at this Graph. */
function nextOf(link: string | undefined, endpoint: string): string | undefined {
  if (link === undefined || link.startsWith(`${endpoint}/`)) return link;
  throw new Error(`Graph's next page is elsewhere: ${link}`);
}

/** Reads pages with the library's retries: throttling with what Graph asks for, faults of the server and of the network. */
export function createReader(endpoint: string, credential: TokenCredential): ReadPage {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 5 } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${endpoint}/.default` }));
  const http = createDefaultHttpClient();
  return async (url) => {
    // Counting asks for the directory's index, which is eventually consistent.
    const headers = createHttpHeaders({ accept: 'application/json', consistencylevel: 'eventual' });
    const answer = await pipeline.sendRequest(http, createPipelineRequest({ url, headers, timeout: 60_000 }));
    const text = answer.bodyAsText ?? '';
    if (answer.status !== 200) throw new Error(`GET ${new URL(url).pathname}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as unknown;
  };
}
