import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CATALOGUE, CATALOGUE_FILE, type CataloguedRequest } from '../../../scripts/reference/graph-requests';
import { REPOSITORY } from '../repository';

// Adds to the catalogue what tests wrote that ran with GRAPH_REQUESTS: npx tsx test/support/graph-descriptions/merge-requests.ts <file>
const [file] = z.tuple([z.string()]).parse(process.argv.slice(2));
const lines = readFileSync(file, 'utf8').trim().split('\n');
const all = [...CATALOGUE, ...lines.map((line) => JSON.parse(line) as CataloguedRequest)];
const byRequest = Map.groupBy(all, ({ request }) => request);
const union = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].toSorted();
const pathOf = (request: string): string => request.replace(/^\w+ /, '');
const merged = [...byRequest]
  .map(([request, same]) => ({
    request,
    by: union(same.map(({ by }) => by)),
    query: union(same.map(({ query }) => query)),
    properties: union(same.map(({ properties }) => properties)),
  }))
  .toSorted((one, other) => {
    const [a, b] = [`${pathOf(one.request)} ${one.request}`, `${pathOf(other.request)} ${other.request}`];
    return a < b ? -1 : 1;
  });
writeFileSync(CATALOGUE_FILE, `${JSON.stringify(merged, null, 2)}\n`);
execFileSync(join(REPOSITORY, 'node_modules/.bin/prettier'), ['--write', CATALOGUE_FILE], { stdio: 'inherit' });
