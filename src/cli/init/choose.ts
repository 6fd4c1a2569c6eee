import type { Remote } from '../../estate/sections/pipeline/forges/facts';
import {
  DEFAULT_FORGE,
  type Forge,
  FORGE_FACTS,
  forgeOf,
  repositoryOf,
} from '../../estate/sections/pipeline/forges/registry';
import { SERVER } from '../../estate/sections/pipeline/limits';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { showValue } from '../../estate/source/finding';
import type { Choices, Origin, Project } from '../../package/project/choices';
import type { Ledger } from '../../package/project/ledger';
import { isOwner, OWNERS_ALLOWED } from '../../package/project/code-owners';
import type * as commands from './options';
import { UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { nameFault } from './name';

export type InitOptions = OptionsOf<typeof commands.init>;

/** Answers to all that a repository's first files depend on. */
export type Answers = Choices & Pick<Project, 'forge' | 'owners'>;

/** Answers of the command line. */
export type Wishes = { readonly [Key in Exclude<keyof Answers, 'origin'>]: Answers[Key] | undefined };

/** Reads the answers that the command line gives. @throws UsageError where they can't be */
export function wishesOf(options: InitOptions, [word]: readonly string[]): Wishes {
  refuseOdd(options);
  const { estate, customers, platform, forge, start, owners } = options;
  if (word !== undefined && estate !== undefined && word !== estate)
    throw new UsageError(`Give one name: '${word}', or --estate '${estate}'.`);
  const name = word ?? estate;
  const fault = name === undefined ? undefined : nameFault(name);
  if (fault !== undefined) throw new UsageError(fault);
  return { name, customers, platform, forge, start, owners };
}

/** @throws UsageError where options contradict each other, or lead nowhere */
function refuseOdd({ estates, customers, platform = 'none', start, owners = [], tenant }: InitOptions): void {
  if (estates !== DEFAULT_ESTATES_FOLDER)
    throw new UsageError(
      `--estates must be ${DEFAULT_ESTATES_FOLDER}, where the engines look, got ${showValue(estates)}`,
    );
  if (tenant !== undefined && start !== 'import') throw new UsageError('--tenant is for --start import.');
  if (customers === 'none' && platform !== 'none')
    throw new UsageError(
      `--platform ${platform} needs customers: it runs their application. Leave it out, or give --customers.`,
    );
  const fault = ownersFault(owners);
  if (fault !== undefined) throw new UsageError(`--owners ${fault}`);
}

/** Sentence, without its subject, on owners that a file of owners can't have; undefined where it can. */
export function ownersFault(owners: readonly string[]): string | undefined {
  const odd = owners.find((owner) => !isOwner(owner));
  return odd === undefined ? undefined : `must be ${OWNERS_ALLOWED}, got ${showValue(odd)}`;
}

/** Facts of a repository besides the command line. */
export interface Surroundings {
  /** Answers that it was made with, where it has estates already. */
  readonly known: Ledger | undefined;
  /** Its git remote. */
  readonly remote: Remote | undefined;
  /** Branch of its estates, or its default branch. */
  readonly branch: string | undefined;
}

/** Answers where no one is asked. */
export function defaultAnswers(wishes: Wishes, surroundings: Surroundings): Answers {
  const { name = '', start = 'example', customers = 'external-id', platform = 'ecs-express' } = wishes;
  const hosted = customers === 'none' ? 'none' : platform;
  const { forge, owners } = answersOfRepository(wishes, surroundings);
  return { name, start, customers, platform: hosted, forge, owners, origin: originOf(forge, surroundings) };
}

/** The repository as git tells it, in the form that the forge has. At another forge that name is somebody else's. */
export function originOf(forge: Answers['forge'], { remote, branch }: Pick<Surroundings, 'remote' | 'branch'>): Origin {
  const named =
    remote !== undefined && forge !== 'none' && forgeOf(remote) === forge ? repositoryOf(remote, forge) : undefined;
  const isSound =
    named !== undefined &&
    repositoryFault(named.forge, named.repository) === undefined &&
    (named.server === undefined || SERVER.test(named.server));
  return { branch, ...(isSound && { repository: named.repository, server: named.server }) };
}

/** Sentence, without its subject, on a repository that a forge can't have; undefined where it can. */
export function repositoryFault(forge: Forge, repository: string): string | undefined {
  const { pattern, allowed } = FORGE_FACTS[forge].repository;
  return pattern.test(repository) ? undefined : `must be ${allowed}, got ${showValue(repository)}`;
}

function answersOfRepository(
  { forge, owners }: Wishes,
  { known, remote }: Surroundings,
): Pick<Answers, 'forge' | 'owners'> {
  return {
    forge: forge ?? known?.forge ?? (remote && forgeOf(remote)) ?? DEFAULT_FORGE,
    owners: owners ?? known?.owners ?? [],
  };
}
