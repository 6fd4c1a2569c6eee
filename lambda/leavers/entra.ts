import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { ClientAssertionCredential, ClientSecretCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import * as z from 'zod';
import { nameKey } from '../../src/estate/source/names';
import { type Directory, identifiersOf, type StoreUser } from './people';

/** Audience that Entra ID wants of a federated token. */
const AUDIENCE = 'api://AzureADTokenExchange';
const LIFE_SECONDS = 300;

/** Variables of the function that say how it signs in to Entra ID. */
interface EntraSignIn {
  readonly AWS_REGION: string;
  readonly TENANT_ID: string;
  readonly CLIENT_ID: string;
  /** Absent where the function's own role is trusted. */
  readonly SECRET_ARN?: string | undefined;
  readonly LOGIN_ENDPOINT: string;
}

/**
 * Signs in to Entra ID. Without a secret by the function's own role: AWS signs who it is, and the application in Entra ID
 * trusts that issuer and role (IAM User Guide, 'Federating AWS identities to external services').
 */
export async function createCredential(place: EntraSignIn) {
  const { AWS_REGION: region, TENANT_ID: tenantId, CLIENT_ID: clientId, LOGIN_ENDPOINT: login, SECRET_ARN } = place;
  // Microsoft's directory of clouds does not know a stand-in's host.
  const options = { authorityHost: login, disableInstanceDiscovery: !login.includes('login.microsoftonline.') };
  if (SECRET_ARN === undefined) {
    return new ClientAssertionCredential(tenantId, clientId, () => identityToken(new STSClient({ region })), options);
  }
  const secret = await readSecret(new SecretsManagerClient({ region }), SECRET_ARN);
  return new ClientSecretCredential(tenantId, clientId, secret, options);
}

async function identityToken(sts: STSClient): Promise<string> {
  const command = new GetWebIdentityTokenCommand({
    Audience: [AUDIENCE],
    // Entra ID takes no other signature of a federated token.
    SigningAlgorithm: 'RS256',
    DurationSeconds: LIFE_SECONDS,
  });
  const { WebIdentityToken: token } = await sts.send(command);
  if (token === undefined) throw new Error('sts:GetWebIdentityToken answers without a token');
  return token;
}

async function readSecret(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString: secret } = await client.send(new GetSecretValueCommand({ SecretId }));
  if (secret === undefined || secret === '') throw new Error(`the secret ${SecretId} has no text`);
  return secret;
}

/** An answer of Graph: what it found, or that it knows no such thing. */
interface Answer {
  /** Absent where Graph answers 404. */
  readonly body?: unknown;
  /** Time of the answer, by Graph's clock. */
  readonly at: Date;
}

/** Reads one address of Graph. @throws Error unless it answers 200 or 404 */
export type Read = (url: string) => Promise<Answer>;

/** Reads with the library's retries: throttling with what Graph asks for, faults of the server and of the network. */
export function createReader(endpoint: string, credential: TokenCredential): Read {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 5 } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${endpoint}/.default` }));
  const http = createDefaultHttpClient();
  return async (url) => {
    // Counting asks for the directory's index, which is eventually consistent.
    const headers = createHttpHeaders({ accept: 'application/json', consistencylevel: 'eventual' });
    const answer = await pipeline.sendRequest(http, createPipelineRequest({ url, headers, timeout: 60_000 }));
    const what = `GET ${new URL(url).pathname}`;
    const at = new Date(answer.headers.get('date') ?? Number.NaN);
    if (Number.isNaN(at.getTime())) throw new Error(`${what}: the answer ${answer.status} has no date`);
    if (answer.status === 404) return { at };
    const text = answer.bodyAsText;
    if (answer.status !== 200 || !text)
      throw new Error(`${what}: ${answer.status} ${text?.slice(0, 300) || 'without a body'}`);
    return { at, body: JSON.parse(text) as unknown };
  };
}

const Names = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);

/** A user as Graph gives it with `USER_PROPERTIES`, and all that identifies it. */
const EntraUser = z
  .object({
    id: z.string().min(1),
    userPrincipalName: z.string(),
    mail: z.string().nullish(),
    mailNickname: z.string().nullish(),
    onPremisesSamAccountName: z.string().nullish(),
    employeeId: z.string().nullish(),
    otherMails: Names,
    proxyAddresses: Names,
  })
  .transform(({ id, proxyAddresses, otherMails, ...names }) => ({
    id,
    identifiers: [
      id,
      ...Object.values(names).filter((name) => typeof name === 'string'),
      ...otherMails,
      // `SMTP:` is the first address, `smtp:` another one.
      ...proxyAddresses.map((address) => address.replace(/^smtp:/i, '')),
    ],
  }));

/**
 * Properties that provisioning can map to an external id, a user name or a mail address. `User.Read.All` reads all of
 * it.
 */
const USER_PROPERTIES =
  'id,userPrincipalName,mail,mailNickname,onPremisesSamAccountName,employeeId,otherMails,proxyAddresses';

/** Most that Graph gives at once. */
const PAGE_SIZE = 999;

const Page = z.object({
  value: z.array(EntraUser),
  '@odata.count': z.number().optional(),
  '@odata.nextLink': z.string().optional(),
});
type Page = z.infer<typeof Page>;

/**
 * Everybody who exists in the tenant.
 *
 * @throws Error unless every page could be read, gives people that no other page gave, and they are as many as Graph said: who
 *   is missing from half an answer is not gone
 */
export async function readDirectory(endpoint: string, read: Read): Promise<Directory> {
  const people = new Set<string>();
  const known = new Set<string>();
  let url: string | undefined = `${endpoint}/v1.0/users?$select=${USER_PROPERTIES}&$top=${PAGE_SIZE}&$count=true`;
  let expected: number | undefined;
  let asOf = new Date(0);
  const asked = new Set<string>();
  while (url !== undefined) {
    if (asked.has(url)) throw new Error("Graph's pages do not end: one leads back to another");
    asked.add(url);
    const { at, body } = await read(url);
    const page: Page = Page.parse(body);
    asOf = at;
    expected ??= page['@odata.count'];
    for (const { id, identifiers } of page.value) {
      if (people.has(nameKey(id))) throw new Error(`Entra ID gave the user ${id} twice: its pages repeat each other`);
      people.add(nameKey(id));
      for (const identifier of identifiers) known.add(nameKey(identifier));
    }
    url = nextOf(page['@odata.nextLink'], endpoint);
  }
  if (expected === undefined) throw new Error('Entra ID does not say how many users there are');
  if (people.size < expected) throw new Error(`Entra ID has ${expected} users and gave ${people.size}`);
  return { size: people.size, asOf, has: (identifier) => known.has(nameKey(identifier)) };
}

/** The token goes with every request, so a next page must be at this Graph. */
function nextOf(link: string | undefined, endpoint: string): string | undefined {
  if (link === undefined || link.startsWith(`${endpoint}/`)) return link;
  throw new Error(`Graph's next page is elsewhere: ${link}`);
}

const Found = z.object({ value: z.array(z.object({ id: z.string().min(1) })) });

const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Conditions on one name. Graph takes at most 15 that are joined by `or`, so each name is a request of its own. */
const conditionsOn = (name: string): readonly string[] => [
  ...['userPrincipalName', 'mail', 'mailNickname', 'onPremisesSamAccountName', 'employeeId'].map(
    (property) => `${property} eq '${name}'`,
  ),
  `otherMails/any(x:x eq '${name}')`,
  `proxyAddresses/any(x:x eq 'smtp:${name}')`,
];

/**
 * Asks Entra ID for one person: by object id in the directory itself, and by every name and mail address in its index.
 *
 * @throws Error if it can't be asked: that is not a no
 */
export async function isKnownToEntra(endpoint: string, read: Read, user: StoreUser): Promise<boolean> {
  const identifiers = [...new Set(identifiersOf(user).flatMap((name) => [name, name.normalize('NFC')]))];
  for (const id of identifiers.filter((one) => OBJECT_ID.test(one))) {
    const { body } = await read(`${endpoint}/v1.0/users/${id}?$select=id`);
    if (body !== undefined) return true;
  }
  for (const name of identifiers.filter((one) => !OBJECT_ID.test(one))) {
    const filter = conditionsOn(name.replaceAll("'", "''")).join(' or ');
    const { body } = await read(`${endpoint}/v1.0/users?$select=id&$count=true&$filter=${encodeURIComponent(filter)}`);
    if (Found.parse(body).value.length > 0) return true;
  }
  return false;
}
