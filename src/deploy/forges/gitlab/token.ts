import { z } from 'zod';
import { parseVariables } from '../variables';
import { ForgeError } from '../forge';
import type { Variables } from '../runner';

/** Reads a token that GitLab made when the job began. @throws ForgeError that says what the job lacks */
export function gitLabToken(name: 'AWS_ID_TOKEN' | 'AZURE_ID_TOKEN', variables: Variables): string {
  const schema = z.object({ [name]: z.string().min(1) });
  const token = parseVariables(schema, variables, `a job of GitLab CI/CD with ${name} in its id_tokens`)[name];
  if (token === undefined) throw new ForgeError(`${name} is not set`);
  return token;
}
