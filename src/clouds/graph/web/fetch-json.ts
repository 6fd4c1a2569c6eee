import type { z } from 'zod';
import { parseQuietly } from '../../../estate/source/parse-quietly';
import type { Directory } from '../directory';

/** Fetches JSON of a shape. @throws Error that says what is wrong, with the code of Microsoft's error where there is one */
export async function fetchJson<Shape extends z.ZodType>(
  web: Directory['web'],
  url: string,
  shape: Shape,
): Promise<z.output<Shape>> {
  const { status, body } = await web.send({ method: 'GET', url });
  if (status !== 200) throw new Error(`GET ${url}: ${status} ${/AAD(?:B2C|STS)\d+/.exec(body)?.[0] ?? ''}`);
  const { success, data, error } = shape.safeParse(parseQuietly(body));
  if (success) return data;
  throw new Error(`GET ${url}: the answer has another form: ${error.issues[0]?.path.join('.') ?? ''}`);
}

/**
 * Fetches the keys that a discovery document names. Keys from another origin would be anybody's.
 *
 * @throws Error that says what is wrong
 */
export function fetchKeys<Shape extends z.ZodType>(
  web: Directory['web'],
  discovery: { readonly url: string; readonly keysUrl: string },
  shape: Shape,
): Promise<z.output<Shape>> {
  const { url, keysUrl } = discovery;
  if (new URL(keysUrl).origin === new URL(url).origin) return fetchJson(web, keysUrl, shape);
  throw new Error(`${url}: its keys are elsewhere: ${keysUrl}`);
}
