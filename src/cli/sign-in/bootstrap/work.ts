import { type Directory, openDirectoryAs } from '../../../clouds/graph/directory';
import { COMMAND_LINE_TOOLS, personSignIn } from '../../../clouds/graph/person-sign-in';
import { type PulumiKind, STACKS } from '../../../estate/plan/stacks/stacks';
import type { Estate } from '../../../estate/sections/estate';
import type * as commands from '../options';
import { UsageError } from '../../program/cli';
import type { OptionsOf } from '../../program/define';
import { openInBrowser } from '../../program/open-in-browser';
import { confirmed } from '../../program/confirmed';
import {
  deployingApplication,
  type PipelineIdentity,
  pipelineIdentities,
  trustOf,
} from '../../../estate/plan/pipeline-identities';
import type { KeptKey } from './key-ring';
import { type NeededPermission, neededPermissions } from '../../../clouds/graph/permissions/needed-permissions';
import type { FederatedCredential } from '../../../estate/sections/pipeline/trust';

/** A person's work on the applications of one program, in its directory. */
export interface Work {
  readonly estate: Estate;
  readonly program: PulumiKind;
  readonly tenantId: string;
  readonly uses: readonly Use[];
  readonly options: OptionsOf<typeof commands.bootstrap>;
  /** Tells the person; with `--json` on standard error. */
  readonly say: (text: string) => void;
}

/** Result of a run in the directory of a program. */
export interface ProgramResult {
  readonly program: PulumiKind;
  readonly tenantId: string;
  readonly applications: readonly ApplicationResult[];
  /** True if the directory is now as it should be. */
  readonly isAsWanted: boolean;
}

/** Output of `--json`. */
export interface BootstrapOutput {
  readonly programs: readonly ProgramResult[];
}

export interface ApplicationResult extends Partial<Omit<WantedApplication, 'tags' | 'laptop'>> {
  readonly displayName: string;
  /** Undefined where it is not made. */
  readonly clientId: string | undefined;
  /** Steps that were done, or would be. */
  readonly changes: readonly string[];
  /** Findings that a person decides. @default none */
  readonly faults?: readonly string[];
}

/** @throws UsageError where the estate does not say the tenant */
export function workOn(parts: Pick<Work, 'estate' | 'program' | 'uses' | 'options'>): Work {
  const { estate, program, options } = parts;
  const { tenantId } = STACKS[program].home(estate);
  if (tenantId === undefined)
    throw new UsageError(`estate.yaml must have ${program}.tenantId: the tenant to sign in to.`);
  const stream = options.json ? process.stderr : process.stdout;
  return { ...parts, tenantId, say: (text) => void stream.write(`${text}\n`) };
}

/** Place of this laptop's key. */
export function placeOf({ tenantId, estate, program }: Work): KeptKey['place'] {
  return { tenantId, estate: estate.name, program };
}

/** Asks, unless `--yes` has answered. */
export async function mayGoOn({ options, say }: Work, question: string): Promise<boolean> {
  if (options.yes) return true;
  if (!options.check && !options.json && (await confirmed(question))) return true;
  say('Nothing was changed; --yes does it without asking.');
  return false;
}

/** The directory as a person opens it, who signs in with the first request. */
interface OpenDirectory extends Directory {
  /** Object id of the person, once they have signed in. */
  readonly personId: () => string;
}

export function openAsPerson({ tenantId, options, say }: Work, scopes: readonly string[]): OpenDirectory {
  let personId: string | undefined;
  const directory = openDirectoryAs(
    (cloud) =>
      personSignIn(cloud, {
        ...{ tenantId, scopes, clientId: options.clientId ?? COMMAND_LINE_TOOLS, way: options.signIn, tell: say },
        openBrowser: (url) => openInBrowser(url, say),
        onPerson: (person) => {
          personId = person.objectId;
          say(`Signed in as ${person.name}.`);
        },
      }),
    tenantId,
    process.env,
  );
  return {
    ...directory,
    personId: () => {
      if (personId === undefined) throw new Error('no one has signed in yet');
      return personId;
    },
  };
}

/** Use of an application: jobs of the pipeline sign in as it without a secret, or a laptop by a certificate. */
export type Use = 'pipeline' | 'laptop';

/** A permission of Graph that an application is given: a role for itself, or a scope for a person who signs in to it. */
export interface PermissionRow extends NeededPermission {
  readonly kind: 'role' | 'scope';
}

/** An application as it should be in the directory of a program. */
export interface WantedApplication {
  /** Of previews, it reads; of deployments, it changes. */
  readonly duty: 'preview' | 'deploy';
  readonly displayName: string;
  /** Tags by which it is known to be made here: the estate's and the program's alone. */
  readonly tags: readonly string[];
  readonly roles: readonly PermissionRow[];
  readonly scopes: readonly PermissionRow[];
  /** Undefined where the pipeline is not asked about: what is there stays. */
  readonly trust: readonly FederatedCredential[] | undefined;
  /** True if this laptop gets a certificate. */
  readonly laptop: boolean;
  /** Id in Azure of a managed identity, which Bicep lays and trusts by; undefined for an application that is made here. */
  readonly managedId?: string | undefined;
}

/** Marks every application of this kind. */
const MARK = 'entra-aws-identity:bootstrap';

type Wish = Pick<Work, 'estate' | 'program' | 'uses'>;

/**
 * Applications that the estate wants in the directory of a program, the one that deploys first. In the Entra tenant of a subscription
 * the pipeline's are managed identities, which get their permissions here.
 */
export function wantedApplications(wish: Wish): readonly WantedApplication[] {
  const { estate, program, uses } = wish;
  const isForPipeline = uses.includes('pipeline');
  const deployments = applicationOf(wish, 'deploy');
  if (!isForPipeline) return [deployments];
  const managed = pipelineIdentities(estate, program).filter(({ managedId }) => managedId !== undefined);
  if (managed.length === 0) return [deployments, applicationOf(wish, 'preview')];
  const theirs = managed.map((one) => managedAs(estate, one)).toReversed();
  return [...theirs, ...(deployments.laptop ? [{ ...deployments, trust: undefined }] : [])];
}

function applicationOf({ estate, program, uses }: Wish, duty: WantedApplication['duty']): WantedApplication {
  const isForLaptop = duty === 'deploy' && uses.includes('laptop');
  return {
    duty,
    ...namesOf(estate.name, program, duty),
    roles: rowsOf({ estate, program }, duty, 'role'),
    scopes: isForLaptop ? rowsOf({ estate, program }, 'look', 'scope') : [],
    trust: uses.includes('pipeline') ? trustOf(estate, program, duty) : undefined,
    laptop: isForLaptop,
  };
}

/** A managed identity as it should be: Azure makes it, and Bicep lays its trust. */
function managedAs(estate: Estate, { role, name, managedId }: PipelineIdentity): WantedApplication {
  const roles = rowsOf({ estate, program: 'workforce' }, role, 'role');
  const none = { tags: [], scopes: [], trust: undefined, laptop: false };
  return { duty: role, displayName: name, managedId, roles, ...none };
}

/** Names by which the applications of an estate are found again. */
export function namesOf(
  estate: string,
  program: PulumiKind,
  duty: WantedApplication['duty'],
): Pick<WantedApplication, 'displayName' | 'tags'> {
  const what = { deploy: 'deployments', preview: 'previews' }[duty];
  return {
    displayName: deployingApplication(estate, duty),
    tags: [MARK, `estate:${estate}`, `program:${program}`, `for:${what}`],
  };
}

function rowsOf(
  { estate, program }: Pick<Wish, 'estate' | 'program'>,
  duty: 'preview' | 'deploy' | 'look',
  kind: PermissionRow['kind'],
): readonly PermissionRow[] {
  return neededPermissions(estate, program, duty).map((needed) => ({ ...needed, kind }));
}
