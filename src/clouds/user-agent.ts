import { version } from '../../package.json';

/** Name and version under which clouds log what is read from them. */
export const USER_AGENT = ['entra-aws-identity', version] as const;
