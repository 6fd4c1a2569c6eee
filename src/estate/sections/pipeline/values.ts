import { z } from 'zod';
import { ClientId } from '../../source/ids';
import { GUID } from '../limits';
import { BRANCH, SECRET_NAME, SERVER } from './limits';

/** Address of a forge's own server: `https://git.example.com`. */
export const Server = z.string().regex(SERVER).brand<'Server'>();
export type Server = z.output<typeof Server>;

/** Name of a branch that is deployed: `main`. */
export const Branch = z.string().regex(BRANCH).brand<'Branch'>();
export type Branch = z.output<typeof Branch>;

/** Address of a private registry of npm: `https://npm.example.com/api`. */
export const RegistryAddress = z.string().regex(SERVER).brand<'RegistryAddress'>();

/** Name of a secret or a variable of a forge: `NPM_TOKEN`. */
export const SecretName = z.string().regex(SECRET_NAME).brand<'SecretName'>();

/** The client id of an identity of the pipeline; undefined unless the text is a GUID. */
export function parseClientId(text: string): ClientId | undefined {
  return GUID.test(text) ? ClientId.parse(text.toLowerCase()) : undefined;
}
