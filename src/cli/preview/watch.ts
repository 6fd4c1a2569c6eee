import { once } from 'node:events';
import { watch as watchFiles } from 'node:fs';
import { basename, sep } from 'node:path';
import { visibleLines } from '../../estate/source/visible';
import { renderHtml } from '../../preview/render-html';
import { renderTerminal } from '../../preview/render-terminal';
import { previewAsItIs } from './facts';
import { EXIT, hasColours } from '../program/cli';
import { chooseEstate, type EstateOptions } from '../program/chosen-estate';
import { serveLivePage } from './live-page';
import { SCHEMA_FILE, writeSchema } from '../docs/schema';

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
    await writeSchema(options.estates, name);
  });
  // The folder above: that of the estate may be replaced, as by a checkout.
  const watcher = watchFiles(options.estates, { recursive: true }, (_, file) => {
    if (file === null || (isWithin(name, file) && basename(file) !== SCHEMA_FILE)) update();
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
