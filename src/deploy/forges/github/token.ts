import { z } from 'zod';
import type { Timing } from '../forge';
import { ForgeHttp } from '../forge-http';
import { parseVariables, type Variables, type WantedToken } from '../runner';

const Environment = z.object({
  ACTIONS_ID_TOKEN_REQUEST_URL: z.url(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: z.string().min(1),
});

/** Asks GitHub for a token of the job. @throws ForgeError that says what to do */
export async function gitHubToken({ audience }: WantedToken, variables: Variables, timing?: Timing): Promise<string> {
  const run = parseVariables(Environment, variables, "a job of GitHub Actions with the permission 'id-token: write'");
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
