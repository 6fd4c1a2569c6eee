import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GUID } from '../estate/sections/limits';
import { readCommand } from '../deploy/steps/child-processes';
import { command } from '../deploy/steps/command';
import { version } from '../../package.json';
import { type Journal, readJournals, runFolder } from '../prove/journal';
import type { Kind } from '../prove/marked-estate';
import { cleanUp, prove, type Proof } from '../prove/prove';
import { renderReport } from '../prove/report';
import type * as commands from './commands/examine';
import { EXIT, UsageError } from './program/cli';
import type { OptionsOf } from './program/define';
import requests from './reference/graph-requests.json';
import { confirmed } from './revoke/confirmed';

type Options = OptionsOf<typeof commands.prove>;

export async function run(options: Options): Promise<number> {
  const tenantId = requireTenant(process.env);
  requireRecording(process.env);
  const killed = readJournals();
  const ours = killed.filter((journal) => journal.tenantId === tenantId);
  for (const { mark, ...other } of killed.filter((journal) => !ours.includes(journal)))
    say(`${mark} is left in another tenant, ${other.tenantId}: clean up there`);
  if (options.cleanUp) return cleanUpAll(ours, options);
  const journal = describeRun(options, tenantId);
  if (ours.length > 0 && (await cleanUpAll(ours, options)) !== EXIT.ok) return EXIT.failed;
  say(announcement(journal));
  if (!(await isAgreed('Begin?', options))) return EXIT.failed;
  const pulumi = await readCommand(command('pulumi version'));
  if (pulumi.code !== 0) throw new Error(pulumi.stderr);
  return conclude(await proveInterruptibly(journal), { journal, options, pulumi: pulumi.stdout.trim() });
}

async function proveInterruptibly(journal: Journal): Promise<Proof> {
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
    say('Interrupted: what was made is destroyed now.');
  };
  process.on('SIGINT', interrupt);
  try {
    const routes = requests.map(({ request }) => request);
    return await prove({ journal, routes, say, isInterrupted: () => isInterrupted });
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Writes the report. */
function conclude(
  proof: Proof,
  { journal, options, pulumi }: { readonly journal: Journal; readonly options: Options; readonly pulumi: string },
): number {
  const { comparison, tenant, emulator } = proof;
  if (comparison === undefined) {
    const failed = emulator.filter(({ held }) => !held).map(({ step, detail }) => `${step}: ${detail}`);
    say(`The tenant was not asked, since the run against the emulator did not come to its end. ${failed.join('; ')}`);
    say(`What Pulumi said: ${runFolder(journal.mark)}/emulator/pulumi.log`);
    return EXIT.failed;
  }
  const file = options.out ?? `docs/proof/${journal.day}.md`;
  const catalogue = requests.filter(({ by }) => by.includes('azuread') || by.includes('entragraph'));
  const versions = { 'entra-aws-identity': version, Pulumi: pulumi, Node: process.version };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderReport({ journal, proof, versions, catalogue: catalogue.map(({ request }) => request) }));
  const open = comparison.differences.filter(({ meant }) => meant === undefined);
  const hasFailed = tenant.some(({ held }) => !held);
  say(`${hasFailed ? 'Steps failed in the tenant. ' : ''}${open.length} differences; the report is ${file}`);
  say(`Pulumi's log has names and ids of the tenant: ${runFolder(journal.mark)}/tenant/pulumi.log`);
  return hasFailed || open.length > 0 ? EXIT.failed : EXIT.ok;
}

async function cleanUpAll(journals: readonly Journal[], options: Options): Promise<number> {
  if (journals.length === 0) {
    say('Nothing is left of earlier runs.');
    return EXIT.ok;
  }
  for (const { mark, day } of journals) say(`A run of ${day} did not come to its end; its objects are named ${mark}`);
  if (!(await isAgreed('Destroy what is left of it?', options))) return EXIT.failed;
  let isClean = true;
  for (const journal of journals) {
    const done = await cleanUp(journal);
    say(`${journal.mark}: ${done.detail}`);
    isClean &&= done.isClean;
  }
  return isClean ? EXIT.ok : EXIT.failed;
}

async function isAgreed(question: string, { yes }: Options): Promise<boolean> {
  if (yes || (await confirmed(question))) return true;
  say('Nothing was made or deleted. At a terminal you are asked; a script says --yes.');
  return false;
}

function describeRun({ kind, directory = '' }: Options, tenantId: string): Journal {
  if (kind === undefined) throw new UsageError('--kind must say what the tenant is: external-id, b2c or workforce');
  if (!/^[a-zA-Z\d]{1,27}$/.test(directory))
    throw new UsageError(
      `--directory must be the first part of the initial domain, contoso of contoso.onmicrosoft.com, got '${directory}'`,
    );
  const mark = `prove-${randomBytes(4).toString('hex')}`;
  return { mark, kind, tenantId, directory, day: new Date().toISOString().slice(0, 10) };
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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
