import { GUID } from '../src/estate/sections/limits';
import { readCommand } from '../src/deploy/steps/child-processes';
import { command } from '../src/deploy/steps/command';
import { type Journal, type Kind, newMark } from '../src/prove/journal';
import { cleanUp, prove } from '../src/prove/prove';
import { UsageError } from '../src/cli/program/cli';
import { prove as definition, type ProveOptions } from './prove/options';
import { runScript } from './run-script';
import requests from './reference/graph-requests.json';
import { begin, cleanUpAll, killedRuns, say } from './prove/conversation';

async function run(options: ProveOptions): Promise<number> {
  return options.kind === 'aws' ? (await import('./prove/account.js')).proveAccount(options) : proveTenant(options);
}

async function proveTenant(options: ProveOptions): Promise<number> {
  const tenantId = requireTenant(process.env);
  requireRecording(process.env);
  const ours = killedRuns((one): one is Journal => one.kind !== 'aws' && one.tenantId === tenantId, options);
  const clean = (one: Journal): ReturnType<typeof cleanUp> => cleanUp(one, say);
  if (options.cleanUp) return cleanUpAll(ours, options, clean);
  const journal = describeRun(options, tenantId);
  const pulumi = await readCommand(command('pulumi version'));
  if (pulumi.code !== 0) throw new Error(pulumi.stderr);
  const routes = requests.map(({ request }) => request);
  const catalogue = requests.filter(({ by }) => by.includes('azuread') || by.includes('entragraph'));
  return begin(options, {
    ...{ journal, ours, cleanUp: clean, announcement: announcement(journal), isElsewhere: false },
    catalogue: catalogue.map(({ request }) => request),
    versions: { Pulumi: pulumi.stdout.trim() },
    prove: (isInterrupted) => prove({ journal, routes, say, isInterrupted }),
  });
}

function describeRun({ kind, directory = '' }: ProveOptions, tenantId: string): Journal {
  if (kind === undefined || kind === 'aws')
    throw new UsageError('--kind must say what is proven: external-id, b2c, workforce or aws');
  if (!/^[a-zA-Z\d]{1,27}$/.test(directory))
    throw new UsageError(
      `--directory must be the first part of the initial domain, contoso of contoso.onmicrosoft.com, got '${directory}'`,
    );
  return { mark: newMark(), kind, tenantId, directory, day: new Date().toISOString().slice(0, 10) };
}

function requireTenant({ ARM_TENANT_ID: tenantId = '' }: NodeJS.ProcessEnv): string {
  if (GUID.test(tenantId)) return tenantId.toLowerCase();
  throw new UsageError(`ARM_TENANT_ID must be the id of the trial tenant, got '${tenantId}'`);
}

/** @throws UsageError where the plug-ins can't be led through the recorder */
function requireRecording(environment: NodeJS.ProcessEnv): void {
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find((name) => environment[name]);
  if (proxy !== undefined)
    throw new UsageError(
      `${proxy} must not be set: what is sent is recorded by a proxy, which does not use another one`,
    );
  // Elsewhere a Go program reads the certificates of the system alone.
  if (process.platform !== 'linux')
    throw new UsageError(`prove runs on Linux, got ${process.platform}: use the package's image, or WSL`);
}

const MADE: Readonly<Record<Kind, string>> = {
  'external-id': 'three applications, a user flow, and a Conditional Access policy that is in force for one of them',
  b2c: 'two applications and a user flow',
  workforce: "a group, and an enterprise application for AWS from Entra's gallery",
};

function announcement({ kind, tenantId, mark }: Journal): string {
  return [
    `In the tenant ${tenantId} (${kind}) this makes ${MADE[kind]}, changes them and deletes them.`,
    `Each has ${mark} in its name, and nothing else is touched. It is done against the emulator first.`,
    'Deleted applications stay among the deleted ones of the tenant for 30 days.',
  ].join('\n');
}

runScript(definition, run);
