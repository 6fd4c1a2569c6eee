import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Response } from 'express';
import { Eta } from 'eta';

/** Templates, and their data's names, as `it.…`. */
export type PageName = 'form' | 'error' | 'inbox' | 'overview' | 'signed-out';

const eta = new Eta({ views: __dirname, autoEscape: true, autoTrim: [false, 'nl'], cache: true });

/** A whole page. */
export function renderPage(name: PageName, data: object): string {
  return eta.render(`./${name}`, data);
}

export function stylesheet(): string {
  return readFileSync(join(__dirname, 'style.css'), 'utf8');
}

/**
 * Headers of every page: nothing but its own style may load, nothing may frame it.
 *
 * @param formTargets origins besides our own to which a form may lead
 */
export function pageHeaders(formTargets: readonly string[] = []): Readonly<Record<string, string>> {
  const forms = ["'self'", ...formTargets].join(' ');
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src data:; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    // Forms of a page without referrer would have no origin either.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}

export interface SentPage {
  readonly body: string;
  /** @default 200 */
  readonly status?: number;
  /** @default none */
  readonly formTargets?: readonly string[];
}

export function sendPage(res: Response, { body, status = 200, formTargets }: SentPage): void {
  res.status(status).set(pageHeaders(formTargets)).type('html').send(body);
}
