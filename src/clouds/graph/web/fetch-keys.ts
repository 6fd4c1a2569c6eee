import type { z } from 'zod';
import type { Directory } from '../directory';
import { fetchJson } from './fetch-json';

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
