import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GraphClient, Tenant } from '../../../apps/emulator/graph/settings';
import { objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { type DirectoryKind, GRAPH_PERMISSIONS } from '../../../src/estate/plan/requests/graph-permissions';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { ENTRA_AUDIENCE } from '../../../src/estate/sections/pipeline/role-trust';
import { EngineGraph, FOR_AZUREAD, FOR_REVIEWERS } from '../engine-graph';
import { SECRET } from '../engine-suite';
import type { PipelineDuty } from '../graph-permissions';
import { JOB_SUBJECT, type TokenIssuer } from './issuer';

/** A directory that the pipeline of an estate reaches, and what it signs in as there. */
export interface DirectoryOptions {
  readonly program: PulumiKind;
  readonly kind: DirectoryKind;
  readonly tenant: Partial<Tenant> & Pick<Tenant, 'id'>;
  /** Client ids, as `pipeline.identities` of the estate has them. */
  readonly identities: Readonly<Record<PipelineDuty, string>>;
}

/** The directories of an estate, whose applications trust the tokens of its jobs. */
export class Directories {
  private constructor(
    private readonly graphs: Readonly<Partial<Record<PulumiKind, EngineGraph>>>,
    private readonly issuer: TokenIssuer,
    /** Variables by which jobs reach the directories. None has a credential. */
    readonly variables: Readonly<Record<string, string>>,
  ) {}

  static async start(all: readonly DirectoryOptions[], issuer: TokenIssuer): Promise<Directories> {
    const graphs: Partial<Record<PulumiKind, EngineGraph>> = {};
    try {
      for (const one of all) graphs[one.program] = await startGraph(one, issuer);
      return new Directories(graphs, issuer, variablesOf(graphs));
    } catch (error) {
      for (const graph of Object.values(graphs)) await graph.stop();
      throw error;
    }
  }

  /** @throws Error if the estate has no such directory */
  of(program: PulumiKind): EngineGraph {
    const graph = this.graphs[program];
    if (graph === undefined) throw new Error(`there is no directory of ${program}`);
    return graph;
  }

  /** Lets an identity of the pipeline sign in by the tokens of jobs, as Bicep does. */
  trust(program: PulumiKind, use: PipelineDuty): Promise<void> {
    return trust(this.of(program), use, this.issuer);
  }

  /** Takes that back, as somebody does who tidies up. */
  async distrust(program: PulumiKind, use: PipelineDuty): Promise<void> {
    const graph = this.of(program);
    const path = `${await applicationOf(graph, use)}/federatedIdentityCredentials/${TRUST}`;
    const { status, text } = await graph.call(`DELETE ${path}`);
    if (status !== 204) throw new Error(`DELETE ${path}: ${status} ${text}`);
  }

  /** Host that tells the addresses of a directory, as azuread is told it. */
  metadataHost(program: PulumiKind): string {
    return hostOf(this.of(program).emulator);
  }

  /** Display names of what a directory has, in order: `groups`, `applications`. What the pipeline signs in as is left out. */
  async names(program: PulumiKind, path: string): Promise<readonly string[]> {
    const { body } = await this.of(program).call(`GET /v1.0/${path}`);
    const names = objectsOf(body, 'value').map((one) => textOf(one, 'displayName'));
    return names.filter((name) => !OWN.has(name)).toSorted();
  }

  /** @throws Error for a request that docs/graph-requests.md does not have */
  async stop(): Promise<void> {
    for (const graph of Object.values(this.graphs)) await graph.stop();
  }
}

const USES = ['preview', 'deploy'] as const satisfies readonly PipelineDuty[];
const nameOf = (use: PipelineDuty): string => `pipeline ${use}`;
/** Name of the credential by which an application trusts the tokens of jobs. */
const TRUST = 'pipeline';
const OWN: ReadonlySet<string> = new Set(['deployer', ...USES.map(nameOf)]);

async function startGraph({ kind, tenant, identities }: DirectoryOptions, issuer: TokenIssuer): Promise<EngineGraph> {
  const clients = USES.map((use, index): GraphClient => ({
    clientId: identities[use],
    clientSecret: SECRET,
    objectId: `66666666-6666-4666-8666-66666666666${index}`,
    displayName: nameOf(use),
    roles: Object.keys(GRAPH_PERMISSIONS[kind][use]),
  }));
  // A fault hits the request that a test names.
  const quirks = { ...FOR_AZUREAD, ...FOR_REVIEWERS, throttling: 'none' } as const;
  // What the emulator itself registers may do nothing.
  const graph = await EngineGraph.start({ tenant, clients, deployer: { roles: [] }, quirks }, 'doctor');
  for (const use of USES) await trust(graph, use, issuer);
  return graph;
}

async function trust(graph: EngineGraph, use: PipelineDuty, issuer: TokenIssuer): Promise<void> {
  const credential = { name: TRUST, issuer: issuer.url, subject: JOB_SUBJECT, audiences: [ENTRA_AUDIENCE] };
  const path = `${await applicationOf(graph, use)}/federatedIdentityCredentials`;
  const { status, text } = await graph.call(`POST ${path}`, credential);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

/** Path of the application that a job of the pipeline signs in as. */
async function applicationOf({ call }: EngineGraph, use: PipelineDuty): Promise<string> {
  const { body } = await call('GET /v1.0/applications');
  const application = objectsOf(body, 'value').find((one) => one['displayName'] === nameOf(use));
  if (application === undefined) throw new Error(`no application '${nameOf(use)}'`);
  return `/v1.0/applications/${textOf(application, 'id')}`;
}

const hostOf = ({ tlsUrl }: Pick<EngineGraph['emulator'], 'tlsUrl'>): string => new URL(tlsUrl).host;

function variablesOf(graphs: Readonly<Partial<Record<PulumiKind, EngineGraph>>>): Readonly<Record<string, string>> {
  const all = Object.values(graphs);
  if (all.length === 0) return {};
  const files = all.map(({ emulator }) => emulator.caFile);
  const trusted = join(dirname(files[0] ?? ''), 'authorities.pem');
  writeFileSync(trusted, files.map((file) => readFileSync(file, 'utf8')).join('\n'));
  return {
    // Go, and so azuread, reads the first; Node the second.
    ...{ SSL_CERT_FILE: trusted, NODE_EXTRA_CA_CERTS: trusted },
    ...Object.fromEntries(
      Object.entries(graphs).map(([program, { emulator }]) => [
        `${program.toUpperCase()}_ARM_METADATA_HOSTNAME`,
        hostOf(emulator),
      ]),
    ),
  };
}
