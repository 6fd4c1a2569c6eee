import { once } from 'node:events';
import { resolve } from 'node:path';
import { diskFolder } from '../estate/load/estate-folder';
import { createLog } from '../local/log';
import type { Local, LocalOptions } from '../local/start';
import { introduction, SERVICES, startLocal } from '../local/start';
import { StateFolder } from '../local/state-folder';
import {
  chooseEstate,
  DEFAULT_ESTATES_FOLDER,
  EXIT,
  parseCommandArgs,
  parseInteger,
  runCommand,
  UsageError,
} from './program/cli';
import { readCustomers } from './program/read-customers';

const HELP = `npm start [-- options]

Runs the customer application on this machine: web, API, database and Azure AD B2C, with no account and no container. The
applications, redirect URIs, scopes and user flows are those that the estate's customers program registers.

  --estate NAME     the estate (default: the only one)
  --port PORT       port of the web; the estate must have http://localhost:PORT among customers.webApplication.hosts
                    (default: the first such port that is free)
  --state FOLDER    where users, sessions, policies and keys are kept (default: .local)
  --reset           delete that state first
  --open            open the browser
  --quiet           no log, unless something fails
  --estates FOLDER  where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help            show this

LOG_LEVEL (trace, debug, info, warn, error) says how much the log has; NO_COLOR turns colours off.
Exit codes: 0 ended by Ctrl-C or a signal, 1 could not start or a service failed, 2 called wrongly.
`;

const MAX_PORT = 65_535;
const DEFAULT_STATE = '.local';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;

const OPTIONS = {
  estate: TEXT,
  port: TEXT,
  state: { type: 'string', default: DEFAULT_STATE },
  reset: FLAG,
  open: FLAG,
  quiet: FLAG,
  estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
  help: FLAG,
} as const;

type Values = ReturnType<typeof parseCommandArgs<typeof OPTIONS>>;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const port = values.port === undefined ? undefined : parseInteger('--port', values.port, { min: 1, max: MAX_PORT });
  if (values.state === '') throw new UsageError('--state must name a folder');
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const estate = readCustomers(diskFolder(values.estates, name));
  const stop = stopSignal();
  const state = StateFolder.open(resolve(values.state), { reset: values.reset });
  try {
    await run({ ...estate, state, port, now: new Date(), log: logOf(values) }, { stop, opens: values.open });
  } finally {
    state.close();
  }
  return EXIT.ok;
}

/** Runs until somebody ends it. @throws Error if it can't start, or a service fails */
async function run(
  options: LocalOptions,
  { stop, opens }: { readonly stop: AbortSignal; readonly opens: boolean },
): Promise<void> {
  const local = await startLocal(options, stop).catch((error: unknown) => {
    if (stop.aborted) return undefined;
    throw error;
  });
  if (local === undefined) return;
  process.stdout.write(introduction(local, options));
  try {
    if (opens) void openBrowser(local);
    if (!stop.aborted) await Promise.race([once(stop, 'abort'), local.failure]);
  } finally {
    await local.stop();
  }
}

/** Aborted by the first signal. Others, such as the one that npm hands on, change nothing: the end is on its way. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

function logOf({ quiet }: Values): LocalOptions['log'] {
  if (quiet) return () => undefined;
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return createLog(SERVICES, { colour, write: (text) => process.stdout.write(text) });
}

async function openBrowser({ url }: Local): Promise<void> {
  try {
    const { default: open } = await import('open');
    await open(url);
  } catch (error) {
    process.stderr.write(`The browser can't be opened (${(error as Error).message}); open ${url} yourself.\n`);
  }
}

// What is written here holds secrets: it is for its owner alone.
process.umask(0o077);
void runCommand(main);
