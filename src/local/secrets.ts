import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './state-folder';

const Secrets = z.strictObject({
  /** Client secret of the web application. */
  clientSecret: z.string().min(32),
  /** Seals what the web keeps of sessions: 32 bytes in base64url. */
  sessionKey: z.string().length(43),
});

/** Secrets that the web application is trusted by. Drawn for this machine alone. */
export type Secrets = Readonly<z.output<typeof Secrets>>;

/** Reads the secrets, or draws them at the first start. @throws StateFolderError if the file is damaged */
export function openSecrets(path: string): Secrets {
  const known = readJsonFile(path, Secrets);
  if (known !== undefined) return known;
  const drawn = {
    clientSecret: randomBytes(30).toString('base64url'),
    sessionKey: randomBytes(32).toString('base64url'),
  };
  writeJsonFile(path, drawn);
  return drawn;
}
