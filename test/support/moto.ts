import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { ResourceFaultOrder, Switches } from './moto-switches';
import { pythonEnvironment } from './python';

export interface MotoOptions {
  /** Where the stacks and the Identity Center instance live. @default 'eu-central-1' */
  readonly region?: string;
  /** The caller's account, which is the organization's management account. @default '123456789012' */
  readonly accountId?: string;
  /** Another account that stacks are deployed to. Its calls need the keys of a role: see `keysOf`. @default none */
  readonly delegatedAdministrator?: string;
  /** Further accounts that roles are deployed to, which have AWS's managed policies. @default none */
  readonly deployedAccounts?: readonly string[];
  /** Ids of the Identity Center instance. @default random ones */
  readonly identityCenter?: { readonly instanceArn: string; readonly identityStoreId: string };
  /** Items a page at most. @default the service's own maximum (20 for Organizations, 100 elsewhere) */
  readonly pageSize?: number;
  /** Whether assignments need an account, a group and an instance that exist. @default false */
  readonly strictReferences?: boolean;
  /** What is on from the start. @default nothing */
  readonly switches?: Switches;
}

/** What shall go wrong with an operation; `'*'` stands for all operations of a service. */
export interface FaultOrder {
  /** As in the CLI: organizations, sso-admin, identitystore, cloudformation, ... */
  readonly service: string;
  readonly operation: string;
  /** The next calls that are answered by the service's own throttling error. */
  readonly throttle?: number;
  /** The next calls (once if `times` is absent) that fail with this error. */
  readonly fail?: {
    readonly code: string;
    readonly message?: string;
    /** Member `Reason` that exceptions of Identity Center and the Identity Store have. */
    readonly reason?: string;
    readonly status?: number;
    readonly times?: number;
  };
  /** The next calls of a list that answer an empty page with a token for more. */
  readonly emptyPages?: number;
  /** Milliseconds by which every call is late. */
  readonly delayMs?: number;
}

export interface Calls {
  /** By `service:Operation`. */
  readonly operations: Readonly<Record<string, { readonly count: number; readonly maxInFlight: number }>>;
  /** By service: calls in flight at once at most, over all its operations. */
  readonly maxInFlight: Readonly<Record<string, number>>;
  /** `principal account`, each time that the one lost the last that it had in the other. */
  readonly bereft: readonly string[];
}

export interface StackEvent {
  /** The account that the stack is in. */
  readonly account: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** As in CREATE_IN_PROGRESS. */
  readonly status: string;
  readonly reason: string | null;
}

/** New ids by those so far: what the APIs choose at random becomes what a stored snapshot says. */
export interface IdentityChanges {
  readonly accounts?: Readonly<
    Record<string, { readonly id?: string; readonly name?: string; readonly email?: string }>
  >;
  readonly groups?: Readonly<Record<string, string>>;
  /** What SCIM wrote of users and groups, by their ids; replaces what was there. */
  readonly provisioned?: Readonly<
    Record<string, { readonly externalId?: string; readonly status?: 'ENABLED' | 'DISABLED' }>
  >;
}

/** What an instance shall have, without asking the API for each. */
export interface AccessOrder {
  /** Properties of AWS::SSO::PermissionSet, without the instance. */
  readonly permissionSets: readonly (Readonly<Record<string, unknown>> & { readonly Name: string })[];
  readonly assignments: readonly (readonly [
    type: 'GROUP' | 'USER',
    principalId: string,
    permissionSet: string,
    accountId: string,
  ])[];
  /** Attributes for access control, as the API has them. @default no configuration */
  readonly attributes?: readonly unknown[];
}

/** What AWS says of quotas and of IAM Identity Center. What is left out stays as it is. */
export interface AccountChecksOrder {
  /** Applied values; of others Service Quotas has the default alone. @default none */
  readonly quotas?: readonly { readonly service: string; readonly code: string; readonly value: number }[];
  /** Members of DescribeInstance beside those that moto has. @default its Region as the primary one */
  readonly instance?: Readonly<Record<string, unknown>>;
  /** Services of App Runner, in every account. @default 0 */
  readonly appRunnerServices?: number;
  /** Actions that IAM Access Analyzer calls invalid. @default none */
  readonly unknownActions?: readonly string[];
}

export interface DriftOrder {
  readonly stack: string;
  readonly logicalId: string;
  readonly status: 'MODIFIED' | 'DELETED' | 'UNKNOWN';
}

export interface Moto {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** For child processes: endpoint, region, keys, and no way to any real account. */
  readonly env: Readonly<Record<string, string>>;
  /** Keys of a role in another account, for child processes; the role need not exist. */
  readonly keysOf: (accountId: string) => Promise<Readonly<Record<string, string>>>;
  /** For clients of the AWS SDK in this process. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly orderFault: (order: FaultOrder) => Promise<void>;
  readonly orderResourceFault: (order: ResourceFaultOrder) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
  readonly turn: (switches: Switches) => Promise<void>;
  readonly orderAccountChecks: (order: AccountChecksOrder) => Promise<void>;
  readonly clearAccountChecks: () => Promise<void>;
  readonly turnAllOff: () => Promise<void>;
  readonly calls: () => Promise<Calls>;
  readonly resetCalls: () => Promise<void>;
  /** What happened to all stacks and their resources, nested or deleted ones too, in order of time. */
  readonly stackEvents: () => Promise<readonly StackEvent[]>;
  /** What drift detection finds of a resource of a stack. @default IN_SYNC */
  readonly setDrift: (order: DriftOrder) => Promise<void>;
  readonly changeIdentities: (changes: IdentityChanges) => Promise<void>;
  /** Adds permission sets and assignments; answers the ARNs of the sets by their names. */
  readonly fillAccess: (order: AccessOrder) => Promise<Readonly<Record<string, string>>>;
  /** Forgets all resources of all services. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

type Server = ChildProcessByStdio<Writable, Readable, Readable>;

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const DEFAULT_ACCOUNT = '123456789012';
const START_MS = 600_000;

/** Starts a server of its own on a free port. @throws Error with the server's output if it doesn't come up. */
export async function startMoto(options: MotoOptions = {}): Promise<Moto> {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(`moto needs Python: ${python.reason}`);
  const server = spawn(python.python, ['-m', 'moto_server'], {
    cwd: __dirname,
    env: serverEnvironment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const port = await portOf(server);
  return handle(server, `http://localhost:${String(port)}`, options);
}

function serverEnvironment(options: MotoOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    PYTHONPATH: __dirname,
    PYTHONDONTWRITEBYTECODE: '1',
    // moto formats local time as GMT.
    TZ: 'UTC',
    MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    ...(options.accountId && { MOTO_ACCOUNT_ID: options.accountId }),
    ...(options.delegatedAdministrator && { TEST_DELEGATED_ADMINISTRATOR: options.delegatedAdministrator }),
    ...(options.deployedAccounts && { TEST_DEPLOYED_ACCOUNTS: options.deployedAccounts.join(',') }),
    ...(options.pageSize && { TEST_PAGE_SIZE: String(options.pageSize) }),
    ...(options.switches && { TEST_SWITCHES: JSON.stringify(options.switches) }),
    ...(options.strictReferences && { TEST_STRICT_REFERENCES: 'true' }),
    ...(options.identityCenter && {
      TEST_INSTANCE_ARN: options.identityCenter.instanceArn,
      TEST_IDENTITY_STORE_ID: options.identityCenter.identityStoreId,
    }),
  };
}

/** Waits for the line in which the server names its port; fails as soon as it exits instead. */
async function portOf(server: Server): Promise<number> {
  const errors: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const signal = AbortSignal.timeout(START_MS);
  const lines = createInterface({ input: server.stdout });
  const failed = (why: string) => new Error(`moto did not start (${why}):\n${errors.join('')}`);
  try {
    const exited = once(server, 'exit', { signal }).then(([code]) => {
      throw failed(`exit code ${String(code)}`);
    });
    const [line] = (await Promise.race([once(lines, 'line', { signal }), exited])) as [string];
    exited.catch(() => undefined);
    return (JSON.parse(line) as { port: number }).port;
  } catch (error) {
    server.kill('SIGKILL');
    throw signal.aborted ? failed(`no port within ${String(START_MS)} ms`) : error;
  }
}

function handle(server: Server, endpoint: string, options: MotoOptions): Moto {
  const region = options.region ?? 'eu-central-1';
  const accountId = options.accountId ?? DEFAULT_ACCOUNT;
  const ask = async (method: string, path: string, body?: unknown) => request(method, `${endpoint}${path}`, body);
  const tell = async (method: string, path: string, body?: unknown): Promise<void> => {
    await ask(method, path, body);
  };
  return {
    endpoint,
    region,
    accountId,
    env: clientEnvironment(endpoint, region),
    keysOf: (account) => assumeRole(endpoint, account),
    client: { endpoint, region, credentials: CREDENTIALS },
    orderFault: (order) => tell('POST', '/_test/faults', order),
    orderResourceFault: (order) => tell('POST', '/_test/resource-faults', order),
    clearFaults: () => tell('DELETE', '/_test/faults'),
    turn: (switches) => tell('POST', '/_test/switches', switches),
    orderAccountChecks: (order) => tell('POST', '/_test/account-checks', order),
    clearAccountChecks: () => tell('DELETE', '/_test/account-checks'),
    turnAllOff: () => tell('DELETE', '/_test/switches'),
    calls: async () => (await ask('GET', '/_test/calls')) as Calls,
    resetCalls: () => tell('DELETE', '/_test/calls'),
    stackEvents: async () => (await ask('GET', '/_test/stack-events')) as StackEvent[],
    setDrift: (order) => tell('POST', '/_test/drift', order),
    changeIdentities: (changes) => tell('POST', '/_test/identities', { managementAccount: accountId, ...changes }),
    fillAccess: async (order) =>
      (await ask('POST', '/_test/access', { region, ...order })) as Readonly<Record<string, string>>,
    reset: () => tell('POST', '/moto-api/reset'),
    stop: () => stop(server),
  };
}

function clientEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    // A developer's profiles must not lead to a real account.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Through STS, which makes keys that belong to the role's account. */
async function assumeRole(endpoint: string, accountId: string): Promise<Record<string, string>> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sts/aws4_request',
    },
    body: new URLSearchParams({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'test',
    }),
  });
  const answer = await response.text();
  const valueOf = (tag: string): string => new RegExp(`<${tag}>([^<]+)<`).exec(answer)?.[1] ?? '';
  if (valueOf('AccessKeyId') === '') throw new Error(`no keys of account ${accountId}: ${answer}`);
  return {
    AWS_ACCESS_KEY_ID: valueOf('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: valueOf('SecretAccessKey'),
    AWS_SESSION_TOKEN: valueOf('SessionToken'),
  };
}

async function request(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${String(response.status)} ${text}`);
  return JSON.parse(text);
}

async function stop(server: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}
