import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { REQUESTS } from './requests';

// Writes table.json: Microsoft's table of permissions, of the requests in requests.ts alone.
//
// Usage: npm run least-permissions -- permissions.json REVISION
// The file is permissions/new/permissions.json of https://github.com/microsoftgraph/microsoft-graph-devx-content (MIT), and
// REVISION the commit that it is of.

const Source = z.object({
  permissions: z.record(
    z.string(),
    z.object({
      schemes: z.object({ Application: z.object({ privilegeLevel: z.number().optional() }).optional() }),
      pathSets: z.array(
        z.object({
          schemeKeys: z.array(z.string()),
          methods: z.array(z.string()),
          paths: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

/** A permission that answers for a request: `Name`, `Name=least`, or `Name+Other` where Other is needed as well. */
type Entry = string;

const SCHEMES = ['Application', 'DelegatedWork'] as const;

const [path, revision] = process.argv.slice(2);
if (path === undefined || revision === undefined) throw new Error('usage: extract.ts permissions.json REVISION');
const { permissions } = Source.parse(JSON.parse(readFileSync(path, 'utf8')));
const named = new Set<string>();
const requests = Object.fromEntries(
  [...new Set(Object.values(REQUESTS).flatMap((duties) => Object.values(duties).flat()))]
    .toSorted()
    .flatMap((request) => {
      const row = Object.fromEntries(SCHEMES.map((scheme) => [scheme, entriesOf(request.toLowerCase(), scheme)]));
      return Object.values(row).every((entries) => entries.length === 0) ? [] : [[request, row] as const];
    }),
);
const privilege = Object.fromEntries(
  [...named].toSorted().map((name) => [name, permissions[name]?.schemes.Application?.privilegeLevel ?? null]),
);
const source = `microsoftgraph/microsoft-graph-devx-content@${revision}, permissions/new/permissions.json`;
writeFileSync(join(__dirname, 'table.json'), `${JSON.stringify({ source, privilege, requests }, null, 2)}\n`);

function entriesOf(request: string, scheme: string): readonly Entry[] {
  const found = Object.entries(permissions).flatMap(([name, { pathSets }]) =>
    pathSets
      .filter((set) => set.schemeKeys.includes(scheme))
      .flatMap(({ methods, paths }) =>
        Object.entries(paths)
          .filter(([one]) => methods.some((method) => `${method} ${one}`.toLowerCase() === request))
          .flatMap(([, marks]) => entriesIn(name, marks, scheme)),
      ),
  );
  return [...new Set(found)].toSorted();
}

/** `least=Application;AlsoRequires=A,B` says that this is the least, and that one of A and B is needed beside it. */
function entriesIn(name: string, marks: string, scheme: string): readonly Entry[] {
  const mark = (key: string): readonly string[] =>
    new RegExp(`(?:^|;)${key}=([^;]*)`, 'i').exec(marks)?.[1]?.split(',').filter(Boolean) ?? [];
  named.add(name);
  const least = mark('least').includes(scheme) ? '=least' : '';
  const others = mark('AlsoRequires');
  return others.length === 0 ? [`${name}${least}`] : others.map((other) => `${name}+${other}${least}`);
}
