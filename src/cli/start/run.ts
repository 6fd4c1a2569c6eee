import { once } from 'node:events';
import { resolve } from 'node:path';
import { createLog } from '../../local/log';
import type { DeployedDirectory } from '../../local/deployed-directory';
import type { LocalOptions } from '../../local/start';
import { SERVICES, startLocal } from '../../local/start';
import { AUTHORITY, StateFolder } from '../../local/state-folder';
import { listEstates } from '../../estate/load/estate-folder';
import { packageFile } from '../../package/contents/files';
import { EXAMPLE, EXAMPLE_FOLDER } from '../../package/project/choices';
import type { EstateOptions } from '../program/chosen-estate';
import type * as commands from './options';
import { EXIT, hasColours, UsageError } from '../program/cli';
import { withProgress } from '../program/progress';
import type { OptionsOf } from '../program/define';
import { openInBrowser } from '../program/open-in-browser';
import { readCustomers } from '../program/read-customers';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Options = OptionsOf<typeof commands.start>;

export async function run(options: OptionsOf<typeof commands.start>): Promise<number> {
  // What is written here holds secrets: it is for its owner alone.
  process.umask(0o077);
  const runSide = options.only === 'workforce' ? await workforceSide(options) : await customersSide(options);
  const stop = stopSignal();
  const [path, reset] = [resolve(options.state), { reset: options.reset }];
  const state = options.only === 'workforce' ? StateFolder.openWorkforce(path, reset) : StateFolder.open(path, reset);
  try {
    await runSide(state, stop);
  } finally {
    state.close();
  }
  return EXIT.ok;
}

/** @throws Error if the outputs of the customers program can't be read, or lack something */
async function deployedDirectory(estate: ReturnType<typeof readCustomers>, now: Date): Promise<DeployedDirectory> {
  // Loaded here: the emulator needs neither Pulumi's outputs nor AWS.
  const { readDirectory } = await import('../../handoff/directory.js');
  return await withProgress((show) => {
    show(`Reading the outputs of ${estate.estate.name}-customers …`);
    return readDirectory(estate, now);
  });
}

/** Runs until somebody ends it. */
type RunSide = (state: StateFolder, stop: AbortSignal) => Promise<void>;

async function customersSide(options: Options): Promise<RunSide> {
  const { https: isHttps, publicUrl } = options;
  const isDirectoryOnly = options.only === 'directory';
  if (options.tenant && (isHttps || isDirectoryOnly))
    throw new UsageError(
      '--tenant takes the place of the emulated sign-in: leave it out, or --https and --only directory',
    );
  if (publicUrl !== undefined && !isDirectoryOnly)
    throw new UsageError('--public-url is for the sign-in alone: add --only directory');
  const estate = readCustomers(isDirectoryOnly ? orExample(options) : options);
  const now = new Date();
  const directory = options.tenant ? await deployedDirectory(estate, now) : undefined;
  return (state, stop) => {
    const address = { isHttps, publicUrl, isDirectoryOnly };
    const local = { ...estate, state, port: options.port, now, log: logOf(options), directory, ...address };
    return serve(local, { stop, opens: options.open });
  };
}

/** The package's example where there is no estate yet. */
function orExample(options: Options): EstateOptions {
  const isNone = options.estate === undefined && listEstates(options.estates).length === 0;
  return isNone ? { estates: packageFile(EXAMPLE_FOLDER, 'estates'), estate: EXAMPLE } : options;
}

/** Its modules are loaded for it alone. */
async function workforceSide(options: Options): Promise<RunSide> {
  if (options.tenant)
    throw new UsageError("--tenant is for the customers' directory: leave it out, or --only workforce");
  if (options.https || options.publicUrl !== undefined)
    throw new UsageError(
      "--https and --public-url are for the customers' sign-in: leave them out, or --only workforce",
    );
  const [{ readEstate }, { workforcePlanOf }, { startWorkforce }] = await Promise.all([
    import('../program/estate.js'),
    import('../../local/workforce.js'),
    import('../../../apps/emulator/workforce/start.js'),
  ]);
  const plan = workforcePlanOf(readEstate(options).plan);
  return async (state, stop) => {
    const authority = resolve(options.state, AUTHORITY);
    const running = await startWorkforce(plan, { data: state.at('emulators'), authority, port: options.port });
    process.stdout.write(workforceIntroduction(running, state));
    if (options.open) void openInBrowser(running.url, (line) => process.stdout.write(`${line}\n`));
    if (!stop.aborted) await once(stop, 'abort');
    await running.stop();
  };
}

function workforceIntroduction(
  {
    url,
    scimUrl,
    emulator,
  }: { readonly url: string; readonly scimUrl: string; readonly emulator: { readonly graphUrl: string } },
  { path }: StateFolder,
): string {
  return [
    '',
    `  People, groups and provisioning:  ${url}`,
    '',
    `  Access portal  ${url}/start`,
    `  Graph          ${emulator.graphUrl}/v1.0`,
    `  SCIM endpoint  ${scimUrl}`,
    `  State          ${path}; --reset starts from nothing`,
    '',
    '  Ctrl-C ends it.',
    '',
    '',
  ].join('\n');
}

/** Runs until somebody ends it. @throws Error if it can't start, or a service fails */
async function serve(
  options: LocalOptions,
  { stop, opens }: { readonly stop: AbortSignal; readonly opens: boolean },
): Promise<void> {
  const local = await startLocal(options, stop).catch((error: unknown) => {
    if (stop.aborted) return undefined;
    throw error;
  });
  if (local === undefined) return;
  process.stdout.write(local.introduction);
  try {
    if (opens) void openInBrowser(local.url, (line) => process.stdout.write(`${line}\n`));
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

function logOf({ quiet }: Options): LocalOptions['log'] {
  if (quiet) return () => undefined;
  return createLog(SERVICES, { colour: hasColours(), write: (text) => process.stdout.write(text) });
}
