import { isProperties } from '../../provider/values';
import type { Exchange } from './recorder';
import { Redaction } from './redaction';

/** An exchange as it is written and compared: no id, no secret, no text of the tenant. */
export interface RedactedExchange {
  /** Step of the run in which it was sent. */
  readonly step: string;
  readonly method: string;
  /** Path without ids and query: `/v1.0/groups/{id}`. */
  readonly route: string;
  /** Display name of the object that it is about, without the mark; empty where it is about no single one. */
  readonly about: string;
  readonly status: number;
  readonly request: unknown;
  readonly response: unknown;
}

export interface RedactorOptions {
  readonly mark: string;
  /** First label of the initial domain. */
  readonly directory: string;
  /** Address of Graph. */
  readonly graph: string;
  /** Routes of Graph with their methods, `GET /v1.0/groups/{id}`. */
  readonly routes: readonly string[];
  /** Texts that may be shown. @default all: a stand-in holds nothing of a tenant's */
  readonly known?: ReadonlySet<string>;
}

const SECRET = /^(?:secretText|password|key|hint|customKeyIdentifier|thumbprint|preferredTokenSigningKeyThumbprint)$/;

/** Properties whose text is one of a list of Microsoft's. */
const ENUMERATED =
  /^(?:@odata\.type|code|state|status|type|usage|signInAudience|consentType|userFlowType|preferredSingleSignOnMode|servicePrincipalType|groupTypes|operator|builtInControls|clientAppTypes)$/;

const WORD = /^#?[A-Za-z][\w.]{0,99}$/;
/** GUIDs, security identifiers of groups, and the nicknames that azuread draws for their mail. */
const ID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|\b[\da-f]{32}\b|\bS-1-12-1(?:-\d+)+|\b[\da-f]{8}-[\da-f]\b/gi;

/** Lists of a tenant's objects of a kind, and of those that belong to one. */
const SHARED = /^\/[^/]+\/(?:[^{]*|.*\/(?:owners|members|memberOf))$/;

/** Takes away what is not to be seen of exchanges with Graph, and names the object that each is about. */
export class Redactor {
  private readonly redaction: Redaction;
  private readonly names = new Map<string, string>();
  private readonly routes: readonly (readonly string[])[];

  constructor(private readonly options: RedactorOptions) {
    const { mark, directory, graph, routes, known } = options;
    this.routes = routes.map((route) => route.split(/[ /]/));
    this.redaction = new Redaction({
      replaced: [
        [mark, '{mark}'],
        [graph, '{graph}'],
        [`${directory}.onmicrosoft.com`, '{domain}'],
      ],
      ids: ID,
      secret: SECRET,
      isEnumerated: (name, text) => ENUMERATED.test(name) && WORD.test(text),
      ...(known && { known }),
    });
  }

  /** Texts that were shown, with all ids alike. */
  get shown(): ReadonlySet<string> {
    return this.redaction.shown;
  }

  redact(step: string, { method, path, status, request, response }: Exchange): RedactedExchange {
    const [plain = ''] = path.split('?');
    const segments = plain.split('/').map(decoded);
    const route = this.routeOf(method, segments);
    this.learn(response);
    return {
      ...{ step, method, route, status },
      about: this.aboutOf(segments, [request, response]),
      request: this.redaction.value('', request),
      response: this.redaction.value('', this.ownIn(route, response)),
    };
  }

  /** The route that the request has in the catalogue; unknown segments are left out where it is not there. */
  private routeOf(method: string, [, ...segments]: readonly string[]): string {
    const parts = [method, '', ...segments];
    const fits = this.routes.filter(
      (route) =>
        route.length === parts.length && route.every((part, index) => part.startsWith('{') || part === parts[index]),
    );
    const literals = (route: readonly string[]): number => route.filter((part) => !part.startsWith('{')).length;
    const [best] = fits.toSorted((one, other) => literals(other) - literals(one));
    if (best !== undefined) return best.slice(1).join('/');
    return `/${segments.map((part) => (/^(?:v1\.0|\$?[a-zA-Z.]+)$/.test(part) ? part : '{id}')).join('/')}`;
  }

  private learn(value: unknown): void {
    if (Array.isArray(value))
      value.forEach((item) => {
        this.learn(item);
      });
    if (!isProperties(value)) return;
    const { displayName, id, appId } = value;
    if (typeof displayName === 'string' && displayName.includes(this.options.mark))
      for (const one of [id, appId]) if (typeof one === 'string') this.names.set(one, this.nameIn(displayName));
    Object.values(value).forEach((item) => {
      this.learn(item);
    });
  }

  private nameIn(displayName: string): string {
    return displayName.replaceAll(this.options.mark, '').trim();
  }

  private aboutOf(segments: readonly string[], bodies: readonly unknown[]): string {
    const inPath = segments.map((segment) => this.names.get(segment)).find((name) => name !== undefined);
    if (inPath !== undefined) return inPath;
    for (const body of bodies) {
      const name = isProperties(body) ? body['displayName'] : undefined;
      if (typeof name === 'string' && name.includes(this.options.mark)) return this.nameIn(name);
    }
    return '';
  }

  /** The answer without objects of others. */
  private ownIn(route: string, response: unknown): unknown {
    if (!isProperties(response)) return response;
    const { value, displayName } = response;
    if (Array.isArray(value) && SHARED.test(route))
      return { ...response, value: value.filter((item) => JSON.stringify(item).includes(this.options.mark)) };
    const isOfOthers = typeof displayName === 'string' && !JSON.stringify(response).includes(this.options.mark);
    return isOfOthers ? undefined : response;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
