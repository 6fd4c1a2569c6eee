import { Eta } from 'eta';
import type { Response } from 'express';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Templates, and their data's names, as `it.…`. */
type PageName =
  | 'error'
  | 'form'
  | 'inbox'
  | 'message'
  | 'overview'
  | 'people'
  | 'portal'
  | 'provider'
  | 'refused'
  | 'send'
  | 'workforce';

/** Beside this file or the bundle of an emulator; one folder below the package's program; the sources of a repository's. */
const FOLDERS = ['.', 'emulator', '../../apps/emulator/pages'].map((folder) => join(__dirname, folder));
const FOLDER = FOLDERS.find((folder) => existsSync(join(folder, 'layout.eta'))) ?? __dirname;

const eta = new Eta({ views: FOLDER, autoEscape: true, autoTrim: [false, 'nl'], cache: true });

/** Data of every page. */
export interface PageData {
  readonly title: string;
  /** The service that it stands for. */
  readonly service: string;
  /** Of the footer. @default none */
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  /** What the template shows. */
  readonly [name: string]: unknown;
}

/** A whole page. */
export function renderPage(name: PageName, data: PageData): string {
  return eta.render(`./${name}`, data);
}

export function stylesheet(): string {
  return readFileSync(join(FOLDER, 'style.css'), 'utf8');
}

interface PageTargets {
  /** Origins besides our own to which a form may lead, and from which a picture may come. @default none */
  readonly forms?: readonly string[];
  /** Addresses that may be loaded in frames. @default none */
  readonly frames?: readonly string[];
  /** Digest of the one script that may run. @default none */
  readonly script?: string;
}

/** Headers of every page: nothing but its own style may load, nothing may frame it. */
export function pageHeaders({ forms = [], frames = [], script }: PageTargets = {}): Readonly<Record<string, string>> {
  const targets = ["'self'", ...forms].join(' ');
  const pictures = ['img-src data:', ...forms].join(' ');
  const scripts = script === undefined ? '' : ` script-src '${script}';`;
  const framed = frames.length === 0 ? '' : ` frame-src ${frames.map((url) => new URL(url).origin).join(' ')};`;
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; ${pictures};${scripts}${framed} form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    // Forms of a page without referrer would have no origin either.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}

interface SentPage extends PageTargets {
  readonly body: string;
  /** @default 200 */
  readonly status?: number;
}

export function sendPage(res: Response, { body, status = 200, ...targets }: SentPage): void {
  res.status(status).set(pageHeaders(targets)).type('html').send(body);
}
