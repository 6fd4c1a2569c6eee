import { z } from 'zod';
import { MAX_PAGES, tooLong } from '../forge';
import type { Answer } from '../forge-http';

/** File of the pipeline that deploys, as `init` writes it, where another pipeline asks what it did. */
export const DEPLOYING_FILE = 'azure-pipelines/identity-deploy.yml';

/** Reads what is below the project. */
export type Read = (path: string) => Promise<Answer>;

/** The most that are asked for at once. */
const PER_PAGE = 100;

export interface List<T> {
  /** Path below the project. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly schema: z.ZodType<readonly T[]>;
}

/** Items of a list, page by page as they are needed. */
export async function* itemsOf<T>(read: Read, { path, query, schema }: List<T>): AsyncGenerator<T> {
  const asked = new URLSearchParams({ ...query, $top: String(PER_PAGE) });
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { headers, read: as } = await read(`${path}?${asked.toString()}&`);
    yield* as(schema);
    const next = headers.get('x-ms-continuationtoken');
    if (next === null || next === '') return;
    asked.set('continuationToken', next);
  }
  throw tooLong(path, MAX_PAGES * PER_PAGE);
}

/** Pipelines; one that is of no file has another kind of process. */
const Definitions = z
  .object({
    value: z.array(z.object({ id: z.number(), process: z.object({ yamlFilename: z.string().nullish() }).nullish() })),
  })
  .transform(({ value }) => value);

/** Numbers of the pipelines that were made from the file that deploys. Azure DevOps may write its path with a slash before it. */
export async function deployingPipelines(read: Read, repository: string): Promise<readonly number[]> {
  const query = {
    repositoryId: repository,
    repositoryType: 'TfsGit',
    // Without it an answer does not name the file.
    includeAllProperties: 'true',
  };
  const found: number[] = [];
  for await (const { id, process } of itemsOf(read, { path: '/build/definitions', query, schema: Definitions }))
    if (process?.yamlFilename?.replace(/^\//, '') === DEPLOYING_FILE) found.push(id);
  return found;
}
