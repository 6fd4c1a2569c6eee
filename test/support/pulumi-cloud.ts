import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { StandIn } from './stand-in';

interface StoredStack {
  readonly orgName: string;
  readonly projectName: string;
  readonly stackName: string;
  version: number;
  activeUpdate: string;
  deployment: unknown;
  readonly updates: object[];
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
}

type Reply = readonly [status: number, body: unknown];
type Body = Readonly<Record<string, unknown>>;

/**
 * Pulumi Cloud as far as its CLI asks it for the stacks of an organization (pkg/backend/httpstate/client of Pulumi 3.248). It gives
 * a token of the organization for one that a job names, and the caller's own organization is another.
 */
export class PulumiCloud extends StandIn {
  private readonly stacks = new Map<string, StoredStack>();

  private constructor(private readonly organization: string) {
    super();
  }

  static start(organization: string): Promise<PulumiCloud> {
    return new PulumiCloud(organization).listen();
  }

  protected async reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await buffer(request);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString('utf8');
    const { method = 'GET', url = '/', headers } = request;
    const [path = '/'] = url.split('?', 1);
    const call = { method, path, authorization: headers.authorization ?? '', body };
    const [status, answer] = this.replyTo(call);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private replyTo(call: Call): Reply {
    if (call.path === '/api/oauth/token') return this.exchange(call.body);
    // A lease has a token of its own.
    if (!/^(?:token|update-token) of-/.test(call.authorization)) return [401, { code: 401, message: 'Unauthorized' }];
    return this.answer(call, call.body === '' ? {} : (JSON.parse(call.body) as Body));
  }

  private exchange(form: string): Reply {
    const { audience, subject_token: subject } = Object.fromEntries(new URLSearchParams(form));
    if (audience !== `urn:pulumi:org:${this.organization}` || subject !== 'of-the-job')
      return [401, { code: 401, message: `no policy allows ${String(subject)}` }];
    return [200, { access_token: `of-${this.organization}`, token_type: 'token', expires_in: 7200 }];
  }

  private answer({ method, path }: Call, body: Body): Reply {
    if (path === '/api/capabilities') return [200, { capabilities: [] }];
    if (path === '/api/user')
      return [200, { githubLogin: 'jane', name: 'Jane', organizations: [{ githubLogin: this.organization }] }];
    if (path === '/api/user/organizations/default') return [200, { gitHubLogin: 'jane' }];
    if (path === '/api/user/stacks') return [200, { stacks: [...this.stacks.values()] }];
    const [, kind, organization, project = '', name = '', ...rest] = path.split('/').slice(1);
    if (kind !== 'stacks' || organization !== this.organization) return NOT_FOUND;
    if (name === '') return method === 'POST' ? this.create(project, String(body['stackName'])) : [200, {}];
    const stack = this.stacks.get(`${project}/${name}`);
    return stack === undefined ? NOT_FOUND : ofStack(stack, [method, ...rest].join(' '), body);
  }

  private create(projectName: string, stackName: string): Reply {
    this.stacks.set(`${projectName}/${stackName}`, {
      ...{ orgName: this.organization, projectName, stackName, version: 0, activeUpdate: '' },
      deployment: { version: 3, deployment: { manifest: { time: '2026-01-01T00:00:00Z', magic: '', version: '' } } },
      updates: [],
    });
    return [200, {}];
  }
}

const NOT_FOUND: Reply = [404, { code: 404, message: 'Not Found' }];

function ofStack(stack: StoredStack, what: string, body: Body): Reply {
  switch (what) {
    case 'GET':
      return [200, { ...stack, currentOperation: undefined, tags: {} }];
    case 'GET export':
      return [200, stack.deployment];
    case 'GET updates':
      return [200, { updates: stack.updates }];
    case 'POST encrypt':
      return [200, { ciphertext: Buffer.from(`sealed ${String(body['plaintext'])}`).toString('base64') }];
    case 'POST decrypt':
      return [200, { plaintext: opened(String(body['ciphertext'])) }];
    case 'POST batch-decrypt':
      return [
        200,
        { plaintexts: Object.fromEntries((body['ciphertexts'] as string[]).map((one) => [one, opened(one)])) },
      ];
    case 'POST preview':
    case 'POST update':
      return begun(stack, what.split(' ')[1] ?? '', body);
    default:
      return ofUpdate(stack, what.split(' '), body);
  }
}

/** As Go has bytes: base64 of what was sealed. */
const opened = (sealed: string): string =>
  Buffer.from(sealed, 'base64')
    .toString('utf8')
    .replace(/^sealed /, '');

function begun(stack: StoredStack, kind: string, { metadata = {} }: Body): Reply {
  stack.activeUpdate = `${kind}-${stack.updates.length + 1}`;
  if (kind === 'update') stack.updates.unshift({ kind, startTime: 1, config: {}, ...(metadata as object) });
  return [200, { updateID: stack.activeUpdate }];
}

/** The address of a preview says `update` as well; its id does not. */
function ofUpdate(stack: StoredStack, [method, , id, part]: readonly string[], body: Body): Reply {
  const isUpdate = id?.startsWith('update') === true;
  if (method === 'POST' && part === undefined) {
    if (isUpdate) stack.version++;
    return [200, { version: stack.version, token: `of-${stack.activeUpdate}`, tokenExpiration: 4_102_444_800 }];
  }
  if (part === 'checkpoint' || part === 'checkpointverbatim') {
    const { untypedDeployment, version, deployment } = body;
    stack.deployment = untypedDeployment ?? { version, deployment };
  }
  if (part === 'complete') {
    if (isUpdate)
      stack.updates[0] = { ...stack.updates[0], result: body['status'], endTime: 2, version: stack.version };
    stack.activeUpdate = '';
  }
  return [200, part === 'renew_lease' ? { token: `of-${stack.activeUpdate}` } : {}];
}
