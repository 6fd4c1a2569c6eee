import { z } from 'zod';
import { cloudAudience, type CloudState } from '../../estate/sections/pipeline/pulumi-state';
import { hideSecret } from '../../text/secrets';
import type { Timing } from '../forges/forge';
import { ForgeHttp } from '../forges/forge-http';
import { jobToken } from '../forges/registry';
import type { Variables, WantedToken } from '../forges/runner';
import { endOf, type GivenToken } from './token-files';

/** Gets a token of this job, or what Pulumi Cloud gives for it. @throws ForgeError that says what to do */
export async function givenToken(wanted: WantedToken, variables: Variables, timing?: Timing): Promise<GivenToken> {
  const text = await jobToken(wanted, variables, timing);
  return wanted.exchangedAt === undefined ? { text, end: endOf(text) } : exchange(text, wanted.exchangedAt, timing);
}

const Given = z.object({ access_token: z.string().min(1), expires_in: z.int().positive() });

/** Exchanges a token of a job for one of an organization: RFC 8693, as Pulumi's CLI does (pkg/backend/httpstate/client). */
async function exchange(token: string, { url, organization }: CloudState, timing?: Timing): Promise<GivenToken> {
  hideSecret(token);
  const http = new ForgeHttp({ url, forge: 'Pulumi Cloud', statusPages: STATUS_PAGES, timing });
  const { read } = await http.send({
    method: 'POST',
    path: '/api/oauth/token',
    body: new URLSearchParams({
      audience: cloudAudience(organization),
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:pulumi:token-type:access_token:organization',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      subject_token: token,
    }),
    authorization: {},
    permission: `let ${organization} trust this job (Settings > Access Management > OIDC Issuers; npx --no entra-aws docs deploying pulumi-cloud)`,
  });
  const { access_token: text, expires_in: seconds } = read(Given);
  return { text, end: Date.now() + seconds * 1000 };
}

const STATUS_PAGES = { 'api.pulumi.com': 'https://status.pulumi.com' };
