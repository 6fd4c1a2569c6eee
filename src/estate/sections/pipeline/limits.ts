import { REPOSITORY } from '../limits';
import type { Forge } from './forge';

/** URL of a server by its name, with a port and a path where it has them, and no slash at the end. */
export const SERVER =
  /^https:\/\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{1,5})?(?:\/[A-Za-z0-9._-]+)*$/;
/** Servers that the forges run for everybody: `server` names another one. */
export const PUBLIC_SERVERS: readonly string[] = [
  'https://github.com',
  'https://gitlab.com',
  'https://dev.azure.com',
  'https://visualstudio.com',
];
/** GitHub Enterprise Cloud with data residency: a tenant of its own below this domain. */
export const DATA_RESIDENCY = /^https:\/\/([a-z0-9-]+\.ghe\.com)$/;

/** Reusable workflows of GitHub at a tag: `owner/name@v1.2.3`. */
export const WORKFLOWS =
  /^(?<repository>[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100})@(?<tag>v\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?)$/;

/** GitLab, 'Reserved names' and path rules: a project below at least one group. */
const GITLAB_PROJECT = /^(?=.{3,255}$)[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/;
/**
 * Azure DevOps, 'Naming restrictions': organization, project and repository. Of the characters that names of projects may
 * have, those that a subject or an address would have encoded are left out; spaces stay.
 */
const AZURE_DEVOPS_REPOSITORY =
  /^(?<organization>[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?)\/(?<project>[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9_-])?)\/(?<name>[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9_-])?)$/;

/** Whatever a forge could call a repository, for editors: the forge is said elsewhere in the file. */
export const ANY_REPOSITORY = /^[A-Za-z0-9_][A-Za-z0-9 ._@-]*(?:\/[A-Za-z0-9_.][A-Za-z0-9 ._@-]*)+$/;

/** Form of a repository at each forge, and in words. */
export const REPOSITORIES = {
  github: {
    pattern: REPOSITORY,
    allowed: 'owner/name, or owner@id/name@id where the tokens of the repository have ids',
  },
  gitlab: { pattern: GITLAB_PROJECT, allowed: 'the path of the project: group/project, group/subgroup/project' },
  'azure-devops': { pattern: AZURE_DEVOPS_REPOSITORY, allowed: 'organization/project/repository' },
} as const satisfies Readonly<Record<Forge, { readonly pattern: RegExp; readonly allowed: string }>>;

/** The branch that is deployed, unless the estate names another. */
export const DEFAULT_BRANCH = 'main';
/** A branch, of git's names those that mean nothing to a shell, to an expression of a forge or in a subject. */
export const BRANCH = /^(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)))[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9_-])?$/;

/** A service connection of Azure DevOps, without the characters that the subject of a token could have encoded. */
export const CONNECTION_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,254}[A-Za-z0-9])?$/;

/** A secret of a forge by its name, which is also one of a variable of a shell. */
export const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,99}$/;
/** Variable with the token of a private registry, in `.npmrc`, and of the forge unless the estate names another. */
export const NPM_TOKEN = 'NPM_TOKEN';

/** A secret by its ARN; Secrets Manager adds a hyphen and six characters to its name. */
export const TOKEN_SECRET =
  /^arn:aws:secretsmanager:(?<region>[a-z0-9-]+):(?<account>\d{12}):secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/;

/** Region that AWS Organizations sends its events to (AWS Organizations User Guide, 'Amazon EventBridge'). */
export const ORGANIZATION_EVENTS_REGION = 'us-east-1';
