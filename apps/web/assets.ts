import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Router, type RequestHandler } from 'express';

/** Folder of the templates; beside the bundle, as beside this file. */
export const VIEWS = join(__dirname, 'views');

const PUBLIC = join(__dirname, 'public');
const YEAR = 'public, max-age=31536000, immutable';
const DAY = 'public, max-age=86400';

/** Files that pages load. They are read once; the addresses of style sheet and script change with them. */
export interface Assets {
  readonly stylesheet: string;
  readonly script: string;
  readonly routes: Router;
}

export function loadAssets(): Assets {
  const css = readFileSync(picoFile(), 'utf8') + readFileSync(join(PUBLIC, 'style.css'), 'utf8');
  const compressed = gzipSync(css);
  const icon = readFileSync(join(PUBLIC, 'icon.svg'));
  const script = readFileSync(join(PUBLIC, 'dates.js'));
  const sendIcon: RequestHandler = (_request, response) => {
    response.type('svg').set('Cache-Control', DAY).send(icon);
  };
  const routes = Router()
    .get('/assets/style.css', (request, response) => {
      response.type('css').set({ 'Cache-Control': YEAR, Vary: 'Accept-Encoding' });
      if (request.acceptsEncodings('gzip') === false) response.send(css);
      else response.set('Content-Encoding', 'gzip').send(compressed);
    })
    .get('/assets/dates.js', (_request, response) => {
      response.type('js').set('Cache-Control', YEAR).send(script);
    })
    .get('/assets/icon.svg', sendIcon)
    .get('/favicon.ico', sendIcon);
  return {
    stylesheet: `/assets/style.css?v=${versionOf(css)}`,
    script: `/assets/dates.js?v=${versionOf(script)}`,
    routes,
  };
}

function versionOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 11);
}

/** The image has a copy beside the bundle; elsewhere it is in its package. */
function picoFile(): string {
  const copy = join(PUBLIC, 'pico.min.css');
  return existsSync(copy) ? copy : require.resolve('@picocss/pico/css/pico.cyan.min.css');
}
