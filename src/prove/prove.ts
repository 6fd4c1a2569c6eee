import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import tls from 'node:tls';
import { type GraphEmulator, startGraphEmulator } from '../../apps/emulator/graph';
import { trustCertificateFile } from '../../provider/trust';
import { textOf, type Properties } from '../../provider/values';
import { type Directory, openDirectory } from '../clouds/graph/directory';
import { findPrincipal } from '../clouds/graph/read-application';
import { ClientId, readId } from '../estate/source/ids';
import { type Journal, type Kind, runFolder } from './journal';
import { deleteLeftovers } from './leftovers';
import { PROGRAM_OF, type Stage } from './marked-estate';
import { MarkedStack } from './marked-stack';
import { type Proof, proveBoth, type Proving, Recording, runSteps, type SideRun } from './proof';
import { type Exchange, Recorder } from './recorder';
import { Redactor } from './redact';

export interface ProveOptions extends Proving<Journal> {
  /** Routes of Graph with their methods. */
  readonly routes: readonly string[];
}

/** One of the two directories. */
interface Side {
  readonly name: 'tenant' | 'emulator';
  readonly environment: NodeJS.ProcessEnv;
  /** Makes the deploying identity an owner. @default a person is told */
  readonly own?: Own;
  /** Texts that may be shown. */
  readonly known?: ReadonlySet<string>;
}

const TENANT_KINDS = { 'external-id': 'CIAM', b2c: 'AAD B2C', workforce: 'AAD' } as const satisfies Record<
  Kind,
  string
>;

/** Takes the marked estate from nothing to nothing against the emulator, and then in the tenant. */
export async function prove(options: ProveOptions): Promise<Proof> {
  const folder = runFolder(options.journal.mark);
  mkdirSync(folder, { recursive: true });
  const emulator = await startEmulator(options.journal);
  const session = await RecordedSession.start(folder, [
    readFileSync(emulator.caFile, 'utf8'),
    ...authoritiesOf(process.env),
  ]);
  const environment = { ...withoutSignIn(process.env), ...emulator.env };
  try {
    return await proveBoth(options, {
      rehearse: () => runSide(options, session, { name: 'emulator', environment, own: ownAtEmulator(emulator) }),
      run: (known) => runSide(options, session, { name: 'tenant', environment: process.env, known }),
    });
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

async function runSide(options: ProveOptions, session: RecordedSession, side: Side): Promise<SideRun> {
  const { journal, routes, say } = options;
  const { name, known } = side;
  const environment = session.environment(side.environment);
  const directory = await session.open(journal.kind, journal.tenantId, environment);
  const redactor = new Redactor({ ...journal, graph: directory.graph, routes, ...(known && { known }) });
  const recording = new Recording(name, options, redactor);
  session.onExchange(recording.onExchange);
  try {
    const run = await runEstate({
      ...{ journal, directory, onStep: recording.onStep, isInterrupted: options.isInterrupted },
      stack: new MarkedStack(join(runFolder(journal.mark), name), journal, environment),
      own: side.own ?? tellsOwner(directory, environment, say),
    });
    return { ...run, exchanges: recording.exchanges, shown: redactor.shown };
  } finally {
    directory.close();
  }
}

interface RunOptions extends Pick<ProveOptions, 'journal' | 'isInterrupted'> {
  readonly stack: MarkedStack;
  readonly directory: Pick<Directory, 'context'>;
  readonly own: Own;
  readonly onStep: (step: string) => void;
}

/** Takes a marked estate from nothing to nothing. */
async function runEstate({ journal, stack, directory: { context }, own, ...options }: RunOptions) {
  const up = (stage: Stage): Promise<boolean> => {
    stack.stage = stage;
    return stack.run('up');
  };
  // Graph names no owner of what an application makes from a template: the program stops there, and goes on once it has one.
  const upWithOwner = async (): Promise<boolean> =>
    (await up('first')) || ((await waitForOwners(context, journal.mark, { own, ...options })) && (await up('first')));
  let isDestroyed = false;
  const { outcomes, isClean } = await runSteps(
    [
      ['up', () => `all is made${stack.azuread()}`, upWithOwner],
      ['preview', 'a preview shows no change', () => stack.run('preview')],
      ['refresh', 'nothing differs from what was made', () => stack.run('refresh')],
      ['change', 'what changed is deployed', () => up('changed')],
      ['rotate', 'another secret or certificate is deployed', () => up('rotated')],
    ],
    {
      ...options,
      destroy: async () => (isDestroyed = await stack.run('destroy')),
      look: async () => {
        const { found, ...rest } = await deleteLeftovers(context, journal.kind, journal.mark);
        return { found: found.length, ...rest };
      },
      onError: (error) => {
        throw error;
      },
    },
  );
  return { outcomes, isClean: isClean && isDestroyed };
}

/** Step of a person in a tenant. */
function ownAtEmulator({ directory, deployer }: GraphEmulator): Own {
  return (ownerless) => {
    for (const { application, principal } of ownerless)
      for (const id of [application, principal]) directory.addLink(id, 'owners', deployer.objectId);
  };
}

/** Step of a person in a tenant: she reads which owner she adds. */
function tellsOwner({ context: { graph } }: Directory, environment: NodeJS.ProcessEnv, say: ProveOptions['say']): Own {
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
    await waitForOwners(directory.context, journal.mark, { own });
    if (stack.exists()) await destroy(stack);
    const { found, left, hidden } = await deleteLeftovers(directory.context, journal.kind, journal.mark);
    directory.close();
    return {
      isClean: left === 0 && hidden === '',
      detail: `${found.length} objects were deleted by name, ${left} are left${hidden}`,
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

type Graph = Directory['context']['graph'];

/** An application of a run that no one owns: nothing of it can be changed or deleted with `Application.ReadWrite.OwnedBy`. */
interface Ownerless {
  /** Object id. */
  readonly application: string;
  /** Object id of its service principal. */
  readonly principal: string;
}

/** Applications of a run, by its mark, of which no one owns both the registration and the service principal. */
async function findOwnerless(graph: Graph, mark: string): Promise<readonly Ownerless[]> {
  const marked = await graph.list('/v1.0/applications', { query: { $filter: `startswith(displayName,'${mark}')` } });
  const found = await Promise.all(marked.map((one) => ownerless(graph, one)));
  return found.filter((one) => one !== undefined);
}

async function ownerless(graph: Graph, { id, appId }: Properties): Promise<Ownerless | undefined> {
  const principal = await findPrincipal(graph, readId(ClientId, appId));
  if (principal === undefined) return undefined;
  const ids = { application: textOf(id), principal: textOf(principal['id']) };
  const lists = await Promise.all(pathsOf(ids).map((path) => graph.list(`/v1.0/${path}/owners`)));
  const [ofApplication = [], ofPrincipal = []] = lists;
  return ofApplication.some((one) => ofPrincipal.some((other) => other['id'] === one['id'])) ? undefined : ids;
}

function pathsOf({ application, principal }: Ownerless): readonly string[] {
  return [`applications/${application}`, `servicePrincipals/${principal}`];
}

/** As the pause after as many tries: each look is a request of the record. */
const SOME_SECONDS = 4;

/** Lets a person know who must be made an owner of what, or does it where there is none. */
type Own = (ownerless: readonly Ownerless[]) => void | Promise<void>;

/**
 * Has an owner added where an application of a run has none, and waits for it.
 *
 * @returns false if no owner was missing, or the person does not want to go on
 */
async function waitForOwners(
  { graph, waiter }: Directory['context'],
  mark: string,
  { own, isInterrupted = () => false }: { readonly own: Own; readonly isInterrupted?: () => boolean },
): Promise<boolean> {
  const ownerless = await findOwnerless(graph, mark);
  if (ownerless.length === 0) return false;
  await own(ownerless);
  while (!isInterrupted()) {
    if ((await findOwnerless(graph, mark)).length === 0) return true;
    await waiter.pause(SOME_SECONDS);
  }
  return false;
}

/** Commands by which a person makes an identity the owner. */
function ownerWords(all: readonly Ownerless[], owner: string): string {
  const graph = 'https://graph.microsoft.com/v1.0';
  return [
    'No one owns what was made from a template, so that nothing more of it can be changed or deleted. An Application Administrator adds the owner; this goes on once it is there:',
    ...all.flatMap(({ application, principal }) => [
      `  az ad app owner add --id ${application} --owner-object-id ${owner}`,
      `  az rest --method post --url '${graph}/servicePrincipals/${principal}/owners/$ref' --body '{"@odata.id": "${graph}/directoryObjects/${owner}"}'`,
    ]),
  ].join('\n');
}
