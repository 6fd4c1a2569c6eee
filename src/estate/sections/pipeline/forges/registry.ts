import { azureDevOps, azureDevOpsEventKeys, azureDevOpsKeys } from './azure-devops/facts';
import type { ForgeFacts, NamedRepository, Remote } from './facts';
import { gitHub, gitHubKeys } from './github/facts';
import { gitLab } from './gitlab/facts';

/** Services that hold a team's repository and run its pipeline. */
export const FORGES = ['github', 'azure-devops', 'gitlab'] as const;

export type Forge = (typeof FORGES)[number];

/** The forge of an estate that names none. */
export const DEFAULT_FORGE = 'github' as const satisfies Forge;

export const FORGE_FACTS: Readonly<Record<Forge, ForgeFacts>> = {
  github: gitHub,
  'azure-devops': azureDevOps,
  gitlab: gitLab,
};

/** Keys of the section that one forge has a meaning for. */
export const FORGE_KEYS = { ...gitHubKeys, ...azureDevOpsKeys };

/** The same of what starts the job of the accounts. */
export const FORGE_EVENT_KEYS = { ...azureDevOpsEventKeys };

/** The forge at which alone a key has a meaning. */
export function forgeWithKey(key: ForgeFacts['keys'][number]): Forge | undefined {
  return FORGES.find((forge) => FORGE_FACTS[forge].keys.includes(key));
}

/** Facts of each forge in a row, for a sentence: `owner/name at GitHub, group/project at GitLab`. */
export function ofEach(tell: (facts: ForgeFacts) => string | undefined): string {
  return FORGES.flatMap((forge) => tell(FORGE_FACTS[forge]) ?? []).join(', ');
}

/** Forge of a remote, by the name of its host; undefined where that tells nothing. */
export function forgeOf({ host }: Pick<Remote, 'host'>): Forge | undefined {
  return FORGES.find((forge) => FORGE_FACTS[forge].isHost(host));
}

/** The repository of a remote, as an estate of a forge names it; undefined where that forge has none like it. */
export function repositoryOf(remote: Remote, forge: Forge): (NamedRepository & { readonly forge: Forge }) | undefined {
  const known = forgeOf(remote);
  if (known !== undefined && known !== forge) return undefined;
  const found = FORGE_FACTS[forge].repositoryOf(remote);
  return found && { forge, ...found };
}
