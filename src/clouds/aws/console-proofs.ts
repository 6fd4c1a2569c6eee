import { z } from 'zod';
import { parseQuietly } from '../../estate/source/json-source';

/** What shows from outside of a step that a person did. */
export interface Proof {
  /** Sentences on what is as declared. */
  readonly shown: readonly string[];
  /** Sentences on what is not. */
  readonly faults: readonly string[];
  /** Sentences on what does not show. */
  readonly untold: readonly string[];
}

const proof = (some: Partial<Proof>): Proof => ({ shown: [], faults: [], untold: [], ...some });

/** Answer to a GET, whose redirect nobody followed. */
export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}
export type Ask = (url: string, token?: string) => Promise<Answer>;

const ANSWER_TIMEOUT_MS = 60_000;

/** Sends a GET. */
export const ask: Ask = async (url, token) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const response = await fetch(url, { redirect: 'manual', headers, signal });
  const location = response.headers.get('location') ?? undefined;
  return { status: response.status, location, body: await response.text() };
};

const MOST_REDIRECTS = 10;
/** Sign-in hosts of Entra ID: https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const ENTRA = /^login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)$/;

/** Follows the AWS access portal to whoever asks people to sign in. AWS's page may go on by a script, which nothing here runs. */
export async function portalProof(
  send: Ask,
  { signOnUrl, tenantId }: { readonly signOnUrl: string; readonly tenantId: string },
): Promise<Proof> {
  let at = new URL(signOnUrl);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    if (ENTRA.test(at.hostname)) return proofOfTenant(at, tenantId);
    const { status, location } = await send(at.href);
    if (location === undefined) return endOfWay(at, status, tenantId);
    at = new URL(location, at);
    if (at.protocol !== 'https:')
      return proof({ faults: [`${signOnUrl} leads to ${at.origin}, which is not encrypted`] });
  }
  return proof({ faults: [`${signOnUrl} redirects more than ${MOST_REDIRECTS} times`] });
}

function proofOfTenant(at: URL, tenantId: string): Proof {
  const where = `${at.origin}${at.pathname}`;
  const isOurs = at.pathname.toLowerCase() === `/${tenantId.toLowerCase()}/saml2`;
  return isOurs
    ? proof({ shown: [`the access portal leads to ${where}`] })
    : proof({ faults: [`the access portal leads to ${where}, not to the tenant ${tenantId}`] });
}

const AWS = /\.(?:awsapps\.com|signin\.aws|aws\.amazon\.com|amazonaws\.com|app\.aws)$/;

function endOfWay(at: URL, status: number, tenantId: string): Proof {
  if (!AWS.test(at.hostname)) return proof({ faults: [`the access portal leads to ${at.origin}, not to Entra ID`] });
  if (status >= 400)
    return proof({ faults: [`${at.origin} answers ${status}: signOnUrl must be the access portal's address`] });
  return proof({
    untold: [
      `${at.origin} goes on by a script: open it in a browser, and see that it leads to https://login.microsoftonline.com/${tenantId}/saml2`,
    ],
  });
}

const CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const ProviderConfig = z.object({ schemas: z.array(z.string()) });

/**
 * Reads what the SCIM endpoint says of itself, which needs the token and changes nothing:
 * https://docs.aws.amazon.com/singlesignon/latest/developerguide/serviceproviderconfig.html
 */
export async function scimProof(send: Ask, endpoint: string, token: string): Promise<Proof> {
  const { status, body } = await send(`${endpoint}/ServiceProviderConfig`, token);
  if (status === 401 || status === 403)
    return proof({
      faults: [`IAM Identity Center refuses the token (${status}): make another, then npx --no entra-aws scim rotate`],
    });
  const isScim = ProviderConfig.safeParse(parseQuietly(body)).data?.schemas.includes(CONFIG);
  return status === 200 && isScim === true
    ? proof({ shown: ['the SCIM endpoint takes the token'] })
    : proof({
        faults: [
          `the SCIM endpoint answers ${status}: compare workforce.awsApplication.scim.endpoint with the console`,
        ],
      });
}
