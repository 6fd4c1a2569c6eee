import { once } from 'node:events';
import { watch as watchFiles } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../estate/load/read-if-there';
import { visibleLines } from '../estate/source/visible';
import { renderHtml } from '../preview/render-html';
import { renderTerminal } from '../preview/render-terminal';
import type * as commands from './commands/estate';
import { previewAsItIs } from './preview';
import { EXIT, hasColours, writeAtomically } from './program/cli';
import type { OptionsOf } from './program/define';
import { chooseEstate } from './program/estate';
import { serveLivePage } from './program/live-page';
import { SCHEMA_FILE, schemaText } from './schema';

/** Milliseconds in which saves count as one: an editor writes a file in several steps. */
const PAUSE = 100;

export async function run(options: OptionsOf<typeof commands.watch>): Promise<number> {
  const { name, folder } = chooseEstate(options);
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const page = await serveLivePage(options.port);
  let shown = '';
  const update = inTurn(async () => {
    const report = await previewAsItIs(options.estates, name);
    page.show(renderHtml(report));
    const text = renderTerminal(report, { colour: hasColours(), files: [page.url] });
    if (text !== shown) process.stdout.write(text);
    shown = text;
    await writeSchema(join(folder, SCHEMA_FILE), schemaText(options.estates, name));
  });
  const watcher = watchFiles(folder, { recursive: true }, (_, file) => {
    if (file !== SCHEMA_FILE) update();
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

async function writeSchema(path: string, text: string): Promise<void> {
  if (readIfThere(path) !== text) await writeAtomically(path, text);
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
