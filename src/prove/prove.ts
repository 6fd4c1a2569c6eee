import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import tls from 'node:tls';
import { type GraphEmulator, startGraphEmulator } from '../../apps/emulator/graph';
import { trustCertificateFile } from '../../provider/trust';
import { textOf } from '../../provider/values';
import { type Directory, openDirectory } from '../clouds/graph/directory';
import { findPrincipal } from '../clouds/graph/read-application';
import { ClientId, readId } from '../estate/source/ids';
import { comparable, compare, type Comparison } from './compare';
import { type Journal, runFolder, writeJournal } from './journal';
import { deleteLeftovers, lookedWords } from './leftovers';
import { type Kind, PROGRAM_OF } from './marked-estate';
import { MarkedStack } from './marked-stack';
import { ownerWords, waitForOwners } from './owners';
import { type Exchange, Recorder } from './recorder';
import { type RedactedExchange, Redactor } from './redact';
import { type Outcome, runEstate, type RunOptions, STEPS } from './run';

export interface ProveOptions extends Pick<RunOptions, 'isInterrupted'> {
  readonly journal: Journal;
  /** Routes of Graph with their methods. */
  readonly routes: readonly string[];
  readonly say: (text: string) => void;
}

/** Result of a run. */
export interface Proof {
  readonly tenant: readonly Outcome[];
  readonly emulator: readonly Outcome[];
  /** Requests that reached the tenant, `GET /v1.0/groups/{id}`. */
  readonly seen: ReadonlySet<string>;
  /** True if nothing is left of it in the tenant. */
  readonly isClean: boolean;
  /** True if the person ended it: what is compared are the steps that held on both sides. */
  readonly isInterrupted: boolean;
  /** Undefined where the tenant was not asked. */
  readonly comparison: Comparison | undefined;
}

/** One of the two directories. */
interface Side {
  readonly name: 'tenant' | 'emulator';
  readonly environment: NodeJS.ProcessEnv;
  /** Makes the deploying identity an owner. @default a person is told */
  readonly own?: RunOptions['own'];
  /** Texts that may be shown. */
  readonly known?: ReadonlySet<string>;
}

const TENANT_KINDS = { 'external-id': 'CIAM', b2c: 'AAD B2C', workforce: 'AAD' } as const satisfies Record<
  Kind,
  string
>;

/**
 * Takes the marked estate from nothing to nothing against the emulator, and then in the tenant; what failed at the emulator does
 * not reach the tenant.
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { journal } = options;
  const folder = runFolder(journal.mark);
  mkdirSync(folder, { recursive: true });
  const emulator = await startEmulator(journal);
  const session = await RecordedSession.start(folder, [
    readFileSync(emulator.caFile, 'utf8'),
    ...authoritiesOf(process.env),
  ]);
  try {
    const rehearsal = await runSide(options, session, {
      name: 'emulator',
      environment: { ...withoutSignIn(process.env), ...emulator.env },
      own: ownAtEmulator(emulator),
    });
    const isSound = rehearsal.outcomes.every(({ held }) => held);
    const emulated = { emulator: rehearsal.outcomes, isInterrupted: options.isInterrupted() };
    if (!isSound || emulated.isInterrupted)
      return { ...emulated, tenant: [], seen: new Set(), isClean: true, comparison: undefined };
    // From here on something may be in the tenant.
    writeJournal(journal);
    const tenant = await runSide(options, session, {
      name: 'tenant',
      environment: process.env,
      known: rehearsal.shown,
    });
    const isInterrupted = options.isInterrupted();
    return {
      ...{ isInterrupted, isClean: tenant.isClean },
      tenant: tenant.outcomes,
      emulator: rehearsal.outcomes,
      seen: new Set(tenant.exchanges.map(({ method, route }) => `${method} ${route}`)),
      comparison: compare(comparable({ tenant, emulator: rehearsal }, isInterrupted)),
    };
  } finally {
    await session.stop();
    await emulator.stop();
  }
}

function startEmulator({ kind, tenantId, directory }: Journal): Promise<GraphEmulator> {
  const domain = `${directory}.onmicrosoft.com`;
  return startGraphEmulator({
    // Not localhost, which no program reaches through a proxy.
    publicHost: 'emulator.localhost',
    tenant: { id: tenantId, domain, verifiedDomains: [domain], kind: TENANT_KINDS[kind] },
    // azuread 6.9 does not survive it (docs/adr/0030).
    quirks: { lag: 'none' },
  });
}

interface SideRun {
  readonly outcomes: readonly Outcome[];
  readonly exchanges: readonly RedactedExchange[];
  /** Texts that were shown. */
  readonly shown: ReadonlySet<string>;
  /** True if nothing is left of it. */
  readonly isClean: boolean;
}

async function runSide(
  { journal, routes, say, isInterrupted }: ProveOptions,
  session: RecordedSession,
  { name, known, own, ...side }: Side,
): Promise<SideRun> {
  const environment = session.environment(side.environment);
  const directory = await session.open(journal.kind, journal.tenantId, environment);
  const redactor = new Redactor({ ...journal, graph: directory.graph, routes, ...(known && { known }) });
  const exchanges: RedactedExchange[] = [];
  let step: string = STEPS[0];
  session.onExchange((exchange) => {
    const redacted = redactor.redact(step, exchange);
    exchanges.push(redacted);
    appendFileSync(join(runFolder(journal.mark), `${name}.jsonl`), `${JSON.stringify(redacted)}\n`, { mode: 0o600 });
  });
  const stack = new MarkedStack(join(runFolder(journal.mark), name), journal, environment);
  const onStep = (next: string): void => {
    step = next;
    say(`${name}: ${next}`);
  };
  try {
    const outcomes = await runEstate({
      ...{ estate: journal, stack, directory, onStep, isInterrupted },
      own: own ?? tellsOwner(directory, environment, say),
    });
    const isClean = outcomes.every((one) => !['destroy', 'look'].includes(one.step) || one.held);
    return { outcomes, exchanges, shown: redactor.shown, isClean };
  } finally {
    directory.close();
  }
}

/** Step of a person in a tenant. */
function ownAtEmulator({ directory, deployer }: GraphEmulator): RunOptions['own'] {
  return (ownerless) => {
    for (const { application, principal } of ownerless)
      for (const id of [application, principal]) directory.addLink(id, 'owners', deployer.objectId);
  };
}

/** Step of a person in a tenant: she reads which owner she adds. */
function tellsOwner(
  { context: { graph } }: Directory,
  environment: NodeJS.ProcessEnv,
  say: ProveOptions['say'],
): RunOptions['own'] {
  return async (all) => {
    say(ownerWords(all, await deployerOf(graph, environment)));
  };
}

/** Object id of the service principal that deploys, or what stands for it. */
async function deployerOf(
  graph: Directory['context']['graph'],
  { ARM_CLIENT_ID: clientId = '' }: NodeJS.ProcessEnv,
): Promise<string> {
  const principal = clientId === '' ? undefined : await findPrincipal(graph, readId(ClientId, clientId));
  return principal === undefined ? '<object id of the identity that deploys>' : textOf(principal['id']);
}

/** Result of a clean-up. */
export interface CleanUp {
  readonly isClean: boolean;
  readonly detail: string;
}

/**
 * Destroys what a run that was killed has left in the tenant: what its state knows, and then what has its mark in the name.
 */
export async function cleanUp(journal: Journal, say: ProveOptions['say']): Promise<CleanUp> {
  const folder = runFolder(journal.mark);
  const session = await RecordedSession.start(folder, authoritiesOf(process.env));
  try {
    const environment = session.environment(process.env);
    const stack = new MarkedStack(join(folder, 'tenant'), journal, environment);
    const busy = stack.runningProcess();
    if (busy !== undefined)
      return { isClean: false, detail: `pulumi is still at work on it, as process ${busy}; wait until it has ended` };
    const directory = await session.open(journal.kind, journal.tenantId, environment);
    // A run that was killed before its application had an owner left what it may not delete.
    const own = tellsOwner(directory, environment, say);
    await waitForOwners(directory.context, journal.mark, { own, isInterrupted: () => false });
    if (stack.exists()) await destroy(stack);
    const { found, left } = await deleteLeftovers(directory.context, journal.kind, journal.mark);
    directory.close();
    const { isClean, hidden } = lookedWords(left);
    return {
      isClean,
      detail: `${found.length} objects were deleted by name, ${left.objects.length} are left${hidden}`,
    };
  } finally {
    await session.stop();
  }
}

/** Destroys what the state knows; what fails here is found by name afterwards. */
async function destroy(stack: MarkedStack): Promise<void> {
  stack.removeHalfWritten();
  await stack.run('cancel');
  await stack.run('destroy');
}

/** Certificates that the person has the programs trust. */
function authoritiesOf({ SSL_CERT_FILE: file = '' }: NodeJS.ProcessEnv): readonly string[] {
  return file === '' ? [] : [readFileSync(file, 'utf8')];
}

/** An environment without what signs in to the tenant; empty, since programs inherit what is absent. */
function withoutSignIn(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, /(?:^|_)ARM_/.test(name) ? '' : value]),
  );
}

/** Variables that would lead past the recorder, or to another one. */
const PROXIES = ['https_proxy', 'http_proxy', 'all_proxy', 'no_proxy'];

/** Way of a run to its directories: everything of it goes through one recorder. */
class RecordedSession {
  private listener: ((exchange: Exchange) => void) | undefined;

  private constructor(
    private readonly recorder: Recorder,
    private readonly trusted: string,
  ) {}

  /**
   * Starts the recorder, and leads this process through it.
   *
   * @param folder where the certificates are written that the programs must trust
   * @param authorities further ones
   */
  static async start(folder: string, authorities: readonly string[] = []): Promise<RecordedSession> {
    const recorder = await Recorder.start((exchange) => session.listener?.(exchange));
    const file = resolve(join(folder, 'trusted.pem'));
    const session = new RecordedSession(recorder, file);
    // Go reads this file in place of the system's.
    const known = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system'), ...authorities]);
    writeFileSync(file, [recorder.certificate, ...known].join('\n'));
    trustCertificateFile(file);
    // The library that signs in and asks Graph reads the proxy here.
    Object.assign(process.env, { HTTPS_PROXY: recorder.url });
    return session;
  }

  /** The environment of a program that is recorded. */
  environment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    // Empty, since programs inherit what is absent.
    const none = Object.keys(given).filter((name) => PROXIES.includes(name.toLowerCase()));
    return {
      ...given,
      ...Object.fromEntries(none.map((name) => [name, ''])),
      HTTPS_PROXY: this.recorder.url,
      SSL_CERT_FILE: this.trusted,
    };
  }

  /** Opens the directory that an environment signs in to, and records its Graph. @returns its address as well */
  async open(kind: Kind, tenantId: string, environment: NodeJS.ProcessEnv) {
    const directory = openDirectory(PROGRAM_OF[kind], tenantId, environment);
    const { graph } = await directory.cloud();
    await this.recorder.watch(graph);
    return { ...directory, graph };
  }

  onExchange(listener: (exchange: Exchange) => void): void {
    this.listener = listener;
  }

  async stop(): Promise<void> {
    delete process.env['HTTPS_PROXY'];
    await this.recorder.stop();
  }
}
