import { isPacked, packageFile } from '../package/contents/files';

/** Program of each service: its sources in the repository, a bundle of all that it needs in the package. */
const PROGRAMS = {
  database: { source: 'src/local/services/database.ts', bundle: 'dist/emulator/database.js' },
  b2c: { source: 'src/local/services/b2c.ts', bundle: 'dist/emulator/b2c.js' },
  api: { source: 'apps/api/main.ts', bundle: 'dist/api/main.js' },
  web: { source: 'apps/web/main.ts', bundle: 'dist/web/main.js' },
} as const;

/** Names of what runs, in the order of their start. */
export const SERVICES = ['database', 'b2c', 'api', 'web'] as const;

export function programOf(service: keyof typeof PROGRAMS): string {
  return packageFile(PROGRAMS[service][isPacked ? 'bundle' : 'source']);
}
