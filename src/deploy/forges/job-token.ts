import { z } from 'zod';
import { AWS_AUDIENCE } from '../../estate/sections/pipeline/role-trust';
import { connectionToken } from './azure-devops-token';
import { ForgeError } from './forge';
import { ForgeHttp, type Timing } from './forge-http';
import { parseVariables } from './variables';

/** A token of the job that a cloud takes for an identity. */
export interface WantedToken {
  readonly audience: string;
  /** Service connection of Azure DevOps whose token it is. */
  readonly connection: string | undefined;
}

type Variables = NodeJS.ProcessEnv;

/**
 * Gets a token of the job that this process is in: GitHub and Azure DevOps make one when they are asked, GitLab made them when
 * the job began.
 *
 * @throws ForgeError that says what the job lacks
 */
export async function jobToken(wanted: WantedToken, variables: Variables, timing?: Timing): Promise<string> {
  if (variables['GITHUB_ACTIONS'] === 'true') return gitHubToken(wanted, variables, timing);
  if (variables['TF_BUILD'] === 'True') return azureDevOpsToken(wanted, variables, timing);
  if (variables['GITLAB_CI'] === 'true') return gitLabToken(wanted, variables);
  throw new ForgeError(
    'there is no token of a job here: sign in with credentials of your own, and run one step of the job (--explain shows them)',
  );
}

const GitHubVariables = z.object({
  ACTIONS_ID_TOKEN_REQUEST_URL: z.url(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: z.string().min(1),
});

async function gitHubToken({ audience }: WantedToken, variables: Variables, timing?: Timing): Promise<string> {
  const run = parseVariables(
    GitHubVariables,
    variables,
    "a job of GitHub Actions with the permission 'id-token: write'",
  );
  const http = new ForgeHttp({
    url: run.ACTIONS_ID_TOKEN_REQUEST_URL,
    forge: 'GitHub',
    statusPages: {},
    timing,
  });
  const { read } = await http.send({
    method: 'GET',
    path: `&audience=${encodeURIComponent(audience)}`,
    authorization: { authorization: `Bearer ${run.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
    permission: "give the job the permission 'id-token: write'",
  });
  return read(z.object({ value: z.string().min(1) })).value;
}

async function azureDevOpsToken({ connection }: WantedToken, variables: Variables, timing?: Timing): Promise<string> {
  if (connection === undefined)
    throw new ForgeError("pipeline.forge must be 'azure-devops' here: the estate names no service connection");
  return connectionToken(connection, variables, timing);
}

function gitLabToken({ audience }: WantedToken, variables: Variables): Promise<string> {
  const name = audience === AWS_AUDIENCE ? 'AWS_ID_TOKEN' : 'AZURE_ID_TOKEN';
  const schema = z.object({ [name]: z.string().min(1) });
  const token = parseVariables(schema, variables, `a job of GitLab CI/CD with ${name} in its id_tokens`)[name];
  return token === undefined ? Promise.reject(new ForgeError(`${name} is not set`)) : Promise.resolve(token);
}

/** Variables by which a process asks for tokens or writes to the forge. A step gets them only where it needs them. */
export const FORGE_TOKENS = ['GITHUB_TOKEN', 'GITLAB_TOKEN', 'CI_JOB_TOKEN', 'SYSTEM_ACCESSTOKEN'] as const;

/** Token of GitLab that opens merge requests. */
export const PROPOSAL_TOKENS = ['GITLAB_PROPOSAL_TOKEN'] as const;

/** Variables that no step gets: with them it could be whatever the job may be. */
export const JOB_TOKENS = [
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'AWS_ID_TOKEN',
  'AZURE_ID_TOKEN',
  'SYSTEM_OIDCREQUESTURI',
  'NPM_TOKEN',
] as const;
