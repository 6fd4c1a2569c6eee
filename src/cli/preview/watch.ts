import { once } from 'node:events';
import { watch as watchFiles } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sep } from 'node:path';
import { visibleLines } from '../../estate/source/visible';
import { renderHtml } from '../../preview/render-html';
import { renderTerminal } from '../../preview/render';
import { refreshSchema } from '../program/editor-schema';
import { chooseEstate, type EstateOptions } from '../program/chosen-estate';
import { EXIT, hasColours } from '../program/cli';
import { previewAsItIs } from './facts';

/** Milliseconds in which saves count as one: an editor writes a file in several steps. */
const PAUSE = 100;

/** Previews an estate whenever one of its files is saved, until a signal ends it. */
export async function watch(options: EstateOptions, port: number): Promise<number> {
  const { name } = chooseEstate(options);
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const page = await serveLivePage(port);
  let shown = '';
  const update = inTurn(async () => {
    const report = await previewAsItIs(options.estates, name);
    page.show(renderHtml(report));
    const text = renderTerminal(report, { colour: hasColours(), files: [page.url] });
    if (text !== shown) process.stdout.write(text);
    shown = text;
    await refreshSchema(options.estates);
  });
  // The folder above: that of the estate may be replaced, as by a checkout.
  const watcher = watchFiles(options.estates, { recursive: true }, (_, file) => {
    if (file === null || isWithin(name, file)) update();
  });
  try {
    update();
    await ended;
    return EXIT.ok;
  } finally {
    watcher.close();
    await page.close();
  }
}

/** Tells whether a path below the folder of the estates is that of an estate, or in it. */
function isWithin(name: string, file: string): boolean {
  return file === name || file.startsWith(`${name}${sep}`);
}

/** Runs a task once saves have paused, one run after the other. What goes wrong is told, and the next save tries again. */
function inTurn(task: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(task).catch((error: unknown) => {
        process.stderr.write(visibleLines(`${error instanceof Error ? error.message : String(error)}\n`));
      });
    }, PAUSE);
  };
}

/** A page on this machine that shows what it was given last. */
interface LivePage {
  /** Address for a browser: `http://localhost:40123/`. */
  readonly url: string;
  /** Shows another page, in every browser that has this one open. */
  readonly show: (html: string) => void;
  readonly close: () => Promise<void>;
}

/** Around the page, which is served as it is written to disk: its content security policy allows no other script. */
const FRAME = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Access preview</title>
<style>html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block; }</style>
<iframe src="/page" title="Access preview"></iframe>
<script>
  const frame = document.querySelector('iframe');
  new EventSource('/changes').onmessage = () => frame.contentWindow.location.reload();
</script>
</html>
`;

/** Serves a page on this machine alone. @throws Error if the port is taken */
async function serveLivePage(port: number): Promise<LivePage> {
  let page = '';
  const open = new Set<ServerResponse>();
  const tellOf = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    open.add(response);
    response.on('close', () => open.delete(response));
  };
  const server = createServer((request, response) => {
    if (request.url === '/changes' && isLocal(request)) tellOf(response);
    else answer(response, contentFor(request, page));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`port ${port} can't be used (${reason}): choose another with --port, or leave it out`);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${chosen}/`,
    show: (html) => {
      page = html;
      for (const response of open) response.write('data: changed\n\n');
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Another site could point a name of its own at this machine, and read the estate: only the machine's own names count. */
function isLocal({ headers: { host = '' } }: IncomingMessage): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);
}

type Content = readonly [status: number, text: string];

function contentFor(request: IncomingMessage, page: string): Content {
  if (!isLocal(request)) return [403, 'Forbidden'];
  if (request.method !== 'GET') return [405, 'Method not allowed'];
  if (request.url === '/') return [200, FRAME];
  return request.url === '/page' ? [200, page] : [404, 'Not found'];
}

function answer(response: ServerResponse, [status, text]: Content): void {
  const type = status === 200 ? 'text/html; charset=utf-8' : 'text/plain';
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
