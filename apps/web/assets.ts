import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Router, type RequestHandler } from 'express';

/** Folder of the templates, beside the bundle or this file. */
export const VIEWS = join(__dirname, 'views');

const PUBLIC = join(__dirname, 'public');
const YEAR = 'public, max-age=31536000, immutable';
const DAY = 'public, max-age=86400';

/** Addresses and routes of the files that pages load. They are read once, and those with a version in their address are kept for long. */
export function loadAssets() {
  const css = readFileSync(picoFile(), 'utf8') + readFileSync(join(PUBLIC, 'style.css'), 'utf8');
  const script = readFileSync(join(PUBLIC, 'dates.js'), 'utf8');
  const icon = readFileSync(join(PUBLIC, 'icon.svg'), 'utf8');
  const routes = Router()
    .get('/assets/style.css', send('css', css, YEAR))
    .get('/assets/dates.js', send('js', script, YEAR))
    .get('/assets/icon.svg', send('svg', icon, DAY))
    .get('/favicon.ico', send('svg', icon, DAY));
  const addressOf = (name: string, text: string): string => `/assets/${name}?v=${hash('sha256', text, 'base64url')}`;
  return { stylesheet: addressOf('style.css', css), script: addressOf('dates.js', script), routes };
}

function send(type: string, text: string, cache: string): RequestHandler {
  let compressed: Buffer | undefined;
  return (request, response) => {
    response.type(type).set({ 'Cache-Control': cache, Vary: 'Accept-Encoding' });
    // The sign-in, at an address of its own, shows the mark too.
    if (type === 'svg') response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    if (request.acceptsEncodings('gzip') === false) response.send(text);
    else response.set('Content-Encoding', 'gzip').send((compressed ??= gzipSync(text)));
  };
}

/** The image has a copy beside the bundle; elsewhere it is in its package. */
function picoFile(): string {
  const copy = join(PUBLIC, 'pico.min.css');
  return existsSync(copy) ? copy : require.resolve('@picocss/pico/css/pico.cyan.min.css');
}
