import { digestOf, isSecret, newSecret } from '../../base/secrets';
import { isObject, type Json, type JsonObject } from '../../graph/json';
import type { IdentityStore } from '../identity-store';
import { createGroup, groupOf, listGroups, patchGroup, shownGroup } from './groups';
import { invalid } from './patch';
import { ScimError } from './scim-error';
import { createUser, listUsers, patchUser, replaceUser, shownUser, userOf } from './users';

/** A request to the endpoint, as a client sends it. */
export interface ScimRequest {
  readonly method: string;
  /** `/{tenant}/scim/v2/Users?filter=…` */
  readonly url: string;
  readonly authorization?: string | undefined;
  /** Text of the body. @default none */
  readonly body?: string | undefined;
}

export interface ScimReply {
  readonly status: number;
  readonly body?: object;
}

/** A request with its answer, as the page shows it: the token masked. */
export interface ScimExchange extends Omit<ScimRequest, 'authorization'> {
  readonly time: string;
  /** Its last four characters; empty without one. */
  readonly token: string;
  readonly reply: ScimReply;
}

interface EndpointOptions {
  readonly store: IdentityStore;
  /** The first part of its path; another is refused as a wrong token is. */
  readonly tenant: string;
  /** @default one that is drawn */
  readonly token?: string | undefined;
  readonly now?: () => Date;
}

interface Work {
  readonly store: IdentityStore;
  readonly id: string | undefined;
  readonly query: URLSearchParams;
  /** @throws ScimError 400 where the request has no JSON object */
  readonly body: () => JsonObject;
}

type Handler = (work: Work) => ScimReply;

/** Exchanges that are kept. */
const KEPT = 200;

/** "A maximum of 100 results can be returned per page" ('ListUsers', 'ListGroups'). */
const PAGE = 100;

/** IAM Identity Center's SCIM endpoint over an Identity Store, without a server: a request in, an answer out. */
export class ScimEndpoint {
  readonly token: string;
  private exchanges: readonly ScimExchange[] = [];

  constructor(private readonly options: EndpointOptions) {
    this.token = options.token ?? newSecret();
  }

  /** Path of the endpoint, as `BaseAddress` has it after the host. */
  get path(): string {
    return `/${this.options.tenant}/scim/v2`;
  }

  /** What was asked and answered, the newest first. */
  get requests(): readonly ScimExchange[] {
    return this.exchanges;
  }

  handle(request: ScimRequest): ScimReply {
    const reply = this.reply(request);
    const { method, url, body } = request;
    const time = (this.options.now?.() ?? new Date()).toISOString();
    const exchange = { time, method, url, token: masked(request.authorization), ...(body !== undefined && { body }) };
    this.exchanges = [{ ...exchange, reply }, ...this.exchanges].slice(0, KEPT);
    return reply;
  }

  private reply(request: ScimRequest): ScimReply {
    try {
      this.checkToken(request);
      return this.answer(request);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return { status: error.status, body: error.body };
    }
  }

  /** A wrong tenant is refused as a wrong token is ('UnauthorizedException'). */
  private checkToken({ authorization = '', url }: ScimRequest): void {
    const token = /^Bearer (?<token>\S+)$/.exec(authorization)?.groups?.['token'] ?? '';
    if (url.startsWith(`${this.path}/`) && isSecret(token, digestOf(this.token))) return;
    throw new ScimError('UnauthorizedException', 'The authorization header or the tenant id is not valid.');
  }

  private answer({ method, url, body }: ScimRequest): ScimReply {
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    const [kind = '', id] = pathname.slice(this.path.length + 1).split('/');
    const handler = HANDLERS[`${method} ${kind}${id === undefined ? '' : '/{id}'}`];
    if (handler === undefined) throw invalid(`${method} /${kind} is not supported.`);
    const { store } = this.options;
    return handler({
      store,
      id: id === undefined ? undefined : decoded(id),
      query,
      body: () => jsonIn(body),
    });
  }
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET ServiceProviderConfig': () => ({ status: 200, body: SERVICE_PROVIDER }),
  'GET Users': ({ store, query }) => page(listUsers(store, filterIn(query)).map(shownUser), query),
  'POST Users': ({ store, body }) => ({ status: 201, body: shownUser(createUser(store, body())) }),
  'GET Users/{id}': ({ store, id }) => ({ status: 200, body: shownUser(userOf(store, named(id))) }),
  'PUT Users/{id}': ({ store, id, body }) => ({ status: 200, body: shownUser(replaceUser(store, named(id), body())) }),
  'PATCH Users/{id}': ({ store, id, body }) => ({ status: 200, body: shownUser(patchUser(store, named(id), body())) }),
  'DELETE Users/{id}': ({ store, id }) => {
    store.removeUser(userOf(store, named(id)).id);
    return { status: 204 };
  },
  'GET Groups': ({ store, query }) => page(listGroups(store, filterIn(query)).map(shownGroup), query),
  'POST Groups': ({ store, body }) => ({ status: 201, body: shownGroup(createGroup(store, body())) }),
  'GET Groups/{id}': ({ store, id }) => ({ status: 200, body: shownGroup(groupOf(store, named(id))) }),
  'PATCH Groups/{id}': ({ store, id, body }) => {
    patchGroup(store, named(id), body());
    return { status: 204 };
  },
  'DELETE Groups/{id}': ({ store, id }) => {
    store.removeGroup(groupOf(store, named(id)).id);
    return { status: 204 };
  },
};

/** @throws ScimError 400 */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw invalid(`bad percent-encoding in '${id}'.`);
  }
}

/** @throws ScimError 404 for an empty id */
function named(id: string | undefined): string {
  if (id === undefined || id === '') throw new ScimError('ResourceNotFoundException', 'The id is missing.');
  return id;
}

function filterIn(query: URLSearchParams): string | undefined {
  return query.get('filter') ?? undefined;
}

/** The first page: `startIndex` is not supported. */
function page(resources: readonly object[], query: URLSearchParams): ScimReply {
  const count = Math.min(Number(query.get('count') ?? PAGE), PAGE);
  if (!Number.isInteger(count) || count < 1) throw invalid(`count must be 1 to ${PAGE}.`);
  const shown = resources.slice(0, count);
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: resources.length,
      itemsPerPage: shown.length,
      startIndex: 1,
      Resources: shown,
    },
  };
}

/** @throws ScimError 400 */
function jsonIn(text: string | undefined): JsonObject {
  try {
    const value = JSON.parse(text ?? '') as Json;
    if (isObject(value)) return value;
  } catch {
    // Refused below.
  }
  throw invalid('the body must be a JSON object.');
}

function masked(authorization: string | undefined): string {
  return authorization === undefined ? '' : `…${authorization.slice(-4)}`;
}

/** 'ServiceProviderConfig' of the developer guide. */
const SERVICE_PROVIDER = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  documentationUri: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html',
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'OAuth Bearer Token',
      description: 'Authentication scheme using the OAuth Bearer Token Standard',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      documentationUri: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html',
      primary: true,
    },
  ],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 1, maxPayloadSize: 1_048_576 },
  filter: { supported: true, maxResults: 50 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
};
