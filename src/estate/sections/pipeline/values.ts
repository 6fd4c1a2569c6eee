import { z } from 'zod';
import { ClientId } from '../../source/ids';
import { GUID } from '../limits';
import { BRANCH, SECRET_NAME, SERVER, WORKFLOWS } from './limits';

/** Address of a forge's own server: `https://gitlab.example.com`. */
export const Server = z.string().regex(SERVER).brand<'Server'>();
export type Server = z.output<typeof Server>;

/** Name of a branch that is deployed: `main`. */
export const Branch = z.string().regex(BRANCH).brand<'Branch'>();
export type Branch = z.output<typeof Branch>;

/** Address of a private registry of npm: `https://npm.example.com/api`. */
export const RegistryAddress = z.string().regex(SERVER).brand<'RegistryAddress'>();

/** Name of a secret at GitHub, and of a variable at GitLab and Azure DevOps: `NPM_TOKEN`. */
export const SecretName = z.string().regex(SECRET_NAME).brand<'SecretName'>();

/** Id of an organization of Azure DevOps, in small letters. */
export const OrganizationId = z.string().regex(GUID).toLowerCase().brand<'OrganizationId'>();
export type OrganizationId = z.output<typeof OrganizationId>;

/** Id of a service connection of Azure DevOps, in small letters. */
export const ConnectionId = z.string().regex(GUID).toLowerCase().brand<'ConnectionId'>();
export type ConnectionId = z.output<typeof ConnectionId>;

/** Reusable workflows of GitHub: whose they are, and the tag at which they are called. */
export interface Workflows {
  /** `owner/name` */
  readonly repository: string;
  /** `v1.2.3` */
  readonly tag: string;
}

/** The client id of an identity of the pipeline; undefined unless the text is a GUID. */
export function parseClientId(text: string): ClientId | undefined {
  return GUID.test(text) ? ClientId.parse(text.toLowerCase()) : undefined;
}

export function parseWorkflows(text: string): Workflows | undefined {
  const { repository, tag } = WORKFLOWS.exec(text)?.groups ?? {};
  return repository === undefined || tag === undefined ? undefined : { repository, tag };
}
