import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { requestKey } from '../../../apps/emulator/graph/permissions/needs';
import { ROUTES } from '../../../apps/emulator/graph/routes';
import { REPOSITORY } from '../repository';
import { extractRows, MicrosoftPermissions } from './permission-rows';

// Writes the part of Microsoft's table of permissions that the emulator enforces. The table is
// `permissions/new/permissions.json` of https://github.com/microsoftgraph/microsoft-graph-devx-content:
//
//   npx tsx test/support/graph-descriptions/extract-permissions.ts <permissions.json> <commit>
const [file, commit] = z.tuple([z.string(), z.string().regex(/^[0-9a-f]{40}$/)]).parse(process.argv.slice(2));
const { permissions } = MicrosoftPermissions.parse(JSON.parse(readFileSync(file, 'utf8')));
const wanted = new Set(ROUTES.map(requestKey));
const source = `microsoftgraph/microsoft-graph-devx-content, permissions/new/permissions.json at ${commit}`;
const target = join(REPOSITORY, 'apps/emulator/graph/permissions/documented.json');
writeFileSync(target, `${JSON.stringify({ source, requests: extractRows(permissions, wanted) }, null, 2)}\n`);
execFileSync(join(REPOSITORY, 'node_modules/.bin/prettier'), ['--write', target], { stdio: 'inherit' });
