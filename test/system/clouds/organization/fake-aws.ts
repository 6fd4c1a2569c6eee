import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { OrganizationFile } from '../../../../src/estate/source/organization';

/** An answer as the services give it: a body, or an error with its name. */
type Answer = Readonly<Record<string, unknown>> | { readonly error: string; readonly message: string };

type Input = Readonly<Record<string, string | undefined>>;

/** The three services over HTTP, without Python: what they answer comes from a snapshot, two items a page. */
export interface FakeAws {
  /** For child processes: the endpoint, keys, and no way to any real account. */
  readonly env: Readonly<Record<string, string>>;
  readonly endpoint: string;
  /** Operations in the order in which they were asked. */
  readonly calls: readonly string[];
  readonly mostInFlight: () => number;
  /** Answers the next calls of an operation, one each, instead of what the snapshot says. */
  readonly answerNext: (operation: string, ...answers: readonly Answer[]) => void;
  /** Answers an operation only when so many calls of it wait, and then all of them. */
  readonly answerTogether: (operation: string, count: number) => void;
  /** Never answers an operation; resolves when it is asked for. */
  readonly hold: (operation: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const ITEMS_PER_PAGE = 2;

export async function startFakeAws(world: OrganizationFile): Promise<FakeAws> {
  const calls: string[] = [];
  const ordered = new Map<string, Answer[]>();
  const held = new Map<string, () => void>();
  const gates = new Map<string, Gate>();
  let inFlight = 0;
  let most = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    most = Math.max(most, (inFlight += 1));
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.push(operation);
    const input = JSON.parse(await text(request)) as Input;
    const announce = held.get(operation);
    if (announce !== undefined) {
      announce();
      return;
    }
    await gates.get(operation)?.pass();
    inFlight -= 1;
    send(response, ordered.get(operation)?.shift() ?? answerOf(world, operation, input));
  };

  const server = createServer((request, response) => void handle(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    env: environment(endpoint, world.identityCenter.region),
    endpoint,
    calls,
    mostInFlight: () => most,
    answerNext: (operation, ...answers) => void ordered.set(operation, [...answers]),
    answerTogether: (operation, count) => void gates.set(operation, new Gate(count)),
    hold: async (operation) => new Promise((resolve) => held.set(operation, resolve)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Opens for those who wait when they are enough. */
class Gate {
  private waiting: (() => void)[] = [];
  constructor(private readonly count: number) {}

  async pass(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length < this.count) return;
      for (const open of this.waiting) open();
      this.waiting = [];
    });
  }
}

function environment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret-but-never-printed',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function send(response: ServerResponse, answer: Answer): void {
  const isError = 'error' in answer;
  response.writeHead(isError ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(isError ? { __type: answer['error'], message: answer['message'] } : answer));
}

function answerOf(world: OrganizationFile, operation: string, input: Input): Answer {
  const list = LISTS[operation];
  if (list !== undefined) return page(list.key, list.items(world, input), input['NextToken']);
  const { id, managementAccountId } = world.organization;
  if (operation === 'DescribeOrganization') return { Organization: { Id: id, MasterAccountId: managementAccountId } };
  return { error: 'UnknownOperationException', message: operation };
}

function page(key: string, items: readonly unknown[], token: string | undefined): Answer {
  const start = Number(token ?? 0);
  const end = start + ITEMS_PER_PAGE;
  return { [key]: items.slice(start, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}

interface List {
  readonly key: string;
  readonly items: (world: OrganizationFile, input: Input) => readonly unknown[];
}

const accountView = ({ id, name, email, state }: OrganizationFile['accounts'][number]) => ({
  Id: id,
  Name: name,
  Email: email,
  State: state,
});

const LISTS: Readonly<Record<string, List>> = {
  ListRoots: { key: 'Roots', items: (world) => [{ Id: world.organization.rootId, Name: 'Root' }] },
  ListOrganizationalUnitsForParent: {
    key: 'OrganizationalUnits',
    items: (world, { ParentId }) =>
      world.organizationalUnits
        .filter((unit) => unit.parentId === ParentId)
        .map((unit) => ({ Id: unit.id, Name: unit.name })),
  },
  ListAccountsForParent: {
    key: 'Accounts',
    items: (world, { ParentId }) => world.accounts.filter(({ parentId }) => parentId === ParentId).map(accountView),
  },
  ListAccounts: { key: 'Accounts', items: (world) => world.accounts.toReversed().map(accountView) },
  ListTagsForResource: {
    key: 'Tags',
    items: (world, { ResourceId }) =>
      Object.entries(world.accounts.find(({ id }) => id === ResourceId)?.tags ?? {})
        .map(([Key, Value]) => ({ Key, Value }))
        .toReversed(),
  },
  ListDelegatedAdministrators: {
    key: 'DelegatedAdministrators',
    items: ({ identityCenter: { delegatedAdministrator: id } }) => (id === undefined ? [] : [{ Id: id }]),
  },
  ListInstances: {
    key: 'Instances',
    items: ({ identityCenter, organization }) => [
      {
        InstanceArn: identityCenter.instanceArn,
        IdentityStoreId: identityCenter.identityStoreId,
        OwnerAccountId: organization.managementAccountId,
        Status: 'ACTIVE',
      },
    ],
  },
  ListGroups: {
    key: 'Groups',
    items: (world) => world.groups.toReversed().map((group) => ({ GroupId: group.id, DisplayName: group.displayName })),
  },
};
