import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Version } from '../../../apps/emulator/graph/context';
import { ROUTES } from '../../../apps/emulator/graph/routes';
import { REPOSITORY } from '../repository';
import type { Model } from './model';
import { partOf } from './model';
import { readCsdl } from './read-csdl';
import { readTypings } from './read-typings';

// Writes the part of Microsoft's description of Graph that the emulator stands on. Whole it is in the folder `schemas` of
// https://github.com/microsoftgraph/msgraph-metadata:
//
//   npx tsx test/support/graph-descriptions/extract-metadata.ts <clone> <commit>
//
// Where the clone lacks the file of beta, its types are those of npm's package, which Microsoft generates from that file.
const [clone, commit] = z.tuple([z.string(), z.string().regex(/^[0-9a-f]{40}$/)]).parse(process.argv.slice(2));

const v1 = read('v1.0') ?? missing();
const models: Readonly<Record<Version, Model>> = { 'v1.0': v1, beta: read('beta') ?? typings(v1) };
const described = Object.entries(models).map(([version, model]) => {
  const served = ROUTES.filter((route) => (route.version ?? version) === version).map(({ path }) => path);
  return [version, partOf(model, [...new Set(served)])];
});
const target = join(REPOSITORY, 'apps/emulator/graph/described/metadata.json');
writeFileSync(target, `${JSON.stringify(Object.fromEntries(described), null, 1)}\n`);

function read(version: Version): Model | undefined {
  const name = `schemas/${version}-Prod.csdl`;
  const file = join(clone, name);
  if (!existsSync(file)) return undefined;
  return readCsdl(readFileSync(file, 'utf8'), `microsoftgraph/msgraph-metadata, ${name} at ${commit}`);
}

function missing(): never {
  throw new Error(`${clone} has no schemas/v1.0-Prod.csdl`);
}

function typings(shared: Model): Model {
  const file = require.resolve('@microsoft/microsoft-graph-types-beta/microsoft-graph.d.ts');
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(file, '../package.json'), 'utf8')));
  return readTypings(file, `npm @microsoft/microsoft-graph-types-beta ${version}`, shared);
}
