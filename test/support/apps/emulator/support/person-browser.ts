import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import type { GraphEmulator } from '../../../../../apps/emulator/graph';

type Emulator = Pick<GraphEmulator, 'caFile' | 'tlsUrl'>;

/** Sends a form of the emulator's pages, as a browser does. @returns the page that comes back */
export function submit({ caFile }: Emulator, url: string, fields: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = httpsRequest(url, { method: 'POST', ca: readFileSync(caFile), headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString());
      });
    });
    request.on('error', reject);
    request.end(new URLSearchParams(fields).toString());
  });
}

const decoded = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_whole, code: string) => String.fromCharCode(Number(code)));

/** Signs a person in on the page at an address, and hands the answer to the client, as the page's script does. */
export async function signInAt(emulator: Emulator, url: string, person: string): Promise<void> {
  const page = await submit(emulator, url, { person });
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) throw new Error(`no answer for the client: ${page}`);
  const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [decoded(name), decoded(value)] as const,
  );
  await fetch(decoded(action), { method: 'POST', body: new URLSearchParams(Object.fromEntries(fields)) });
}

/** Enters the code of a device. @returns the page that comes back */
export function enterCode(emulator: Emulator, code: string, person: string): Promise<string> {
  return submit(emulator, `${emulator.tlsUrl}/devicelogin`, { code, person });
}
