import { z } from 'zod';
import { ForgeError, type Timing } from '../forge';
import { ForgeHttp } from '../forge-http';
import { parseVariables, type Variables, type WantedToken } from '../runner';

const Environment = z.object({ SYSTEM_OIDCREQUESTURI: z.url(), SYSTEM_ACCESSTOKEN: z.string().min(1) });

const Token = z.object({ oidcToken: z.string().min(1) });

/** Asks Azure DevOps for a token of a service connection. @throws ForgeError that says what to do */
export async function azureDevOpsToken(
  { connection }: WantedToken,
  variables: Variables,
  timing?: Timing,
): Promise<string> {
  if (connection === undefined)
    throw new ForgeError("pipeline.forge must be 'azure-devops' here: the estate names no service connection");
  const run = parseVariables(Environment, variables, 'Azure Pipelines');
  const http = new ForgeHttp({
    url: run.SYSTEM_OIDCREQUESTURI,
    forge: 'Azure DevOps',
    statusPages: { 'dev.azure.com': 'https://status.dev.azure.com' },
    timing,
  });
  const { read } = await http.send({
    method: 'POST',
    path: `?${new URLSearchParams({ 'api-version': '7.1', serviceConnectionId: connection }).toString()}`,
    authorization: { authorization: `Bearer ${run.SYSTEM_ACCESSTOKEN}` },
    permission: 'let the pipeline use the service connection, and name the connection in an input of the step',
  });
  return read(Token).oidcToken;
}
