import { text } from 'node:stream/consumers';
import { problemsOfToken, TOKEN_SOURCE } from '../../estate/sections/workforce/scim-token';
import { hideSecret } from '../../text/secrets';
import { UsageError } from './cli';

const VARIABLE = 'SCIM_TOKEN';

/** Reads the SCIM token from its variable or from standard input. Nothing shows it. @throws UsageError without one */
export async function readScimToken(): Promise<string> {
  const given = process.env[VARIABLE] ?? (process.stdin.isTTY ? undefined : await text(process.stdin));
  if (given === undefined)
    throw new UsageError(`no token: put it into ${VARIABLE}, or on standard input. ${TOKEN_SOURCE}`);
  const token = given.trim();
  // The service may repeat what it was sent.
  hideSecret(token);
  const problems = problemsOfToken(token);
  if (problems.length > 0) throw new UsageError(`the token ${problems.join(', and ')}. ${TOKEN_SOURCE}`);
  return token;
}
