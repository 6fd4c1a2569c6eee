import type { IncomingMessage, ServerResponse } from 'node:http';
import { CompactSign, decodeProtectedHeader } from 'jose';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import Provider from 'oidc-provider';
import type { Logger } from 'pino';
import { type ErrorCode, errorText, needsTrace, traced } from '../errors';
import type { SigningKey } from '../keys';
import { issuerOf, type Parts } from '../parts';
import { domainOf, findClient, type Flow, hasSecret, type Registrations } from '../registrations';
import { serviceOf } from '../services/service';
import { configurationOf } from './configuration';
import { refreshWithIgnoredScopes } from './scopes';

/** The library, set up as one flow. */
export interface FlowProvider {
  readonly provider: Provider;
  readonly handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
}

interface Built {
  readonly provider: FlowProvider;
  /** Everything that it was built from. */
  readonly source: string;
}

/** A provider a flow, built when it is first asked for, and again when the flow or the keys have changed. */
export class FlowProviders {
  private readonly built = new Map<string, Built>();

  constructor(
    private readonly parts: Parts,
    private readonly renderError: NonNullable<Configuration['renderError']>,
    private readonly logger?: Logger,
  ) {}

  async get(flow: Flow): Promise<FlowProvider> {
    const { parts, renderError } = this;
    const keys = await parts.keys.current();
    const names = serviceOf(parts.registrations).claimNames(parts.registrations, flow);
    const source = JSON.stringify([flow, names, issuerOf(parts), keys.map(({ kid }) => kid)]);
    const known = this.built.get(flow.id);
    if (known?.source === source) return known.provider;
    const provider = this.build(
      new Provider(issuerOf(parts), configurationOf({ parts, flow, keys, renderError })),
      flow,
    );
    typeIdTokens(provider.provider, keys);
    this.built.set(flow.id, { provider, source });
    return provider;
  }

  private build(provider: Provider, flow: Flow): FlowProvider {
    const { parts, logger } = this;
    provider.proxy = parts.origins.isFronted;
    provider.Client.prototype.compareClientSecret = function compare(given: string) {
      const client = findClient(parts.registrations, this.clientId);
      return client !== undefined && hasSecret(client, given);
    };
    provider.on('server_error', (_ctx, error) => {
      logger?.error({ err: error, flow: flow.id }, 'unexpected error');
    });
    refreshWithIgnoredScopes(provider, parts.registrations);
    answerAsB2c(provider, flow, parts);
    const callback = provider.callback();
    return { provider, handle: (req, res) => callback(req, res) };
  }
}

interface Issuing {
  issue: (...given: unknown[]) => Promise<string>;
}

/** Gives id tokens the header `typ: JWT`, as the services do; the library leaves it out and has no option for it. */
function typeIdTokens({ IdToken }: Provider, keys: readonly SigningKey[]): void {
  const prototype = IdToken.prototype as unknown as Issuing;
  const { issue } = prototype;
  prototype.issue = async function (...given) {
    return await withType(await issue.apply(this, given), keys);
  };
}

async function withType(token: string, keys: readonly SigningKey[]): Promise<string> {
  const { kid } = decodeProtectedHeader(token);
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new Error(`the id token is signed with an unknown key '${kid ?? ''}'`);
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url');
  return await new CompactSign(payload).setProtectedHeader({ typ: 'JWT', alg: key.alg, kid: key.kid }).sign(key);
}

type Body = Readonly<Record<string, unknown>>;

/** Makes the library's answers those of the service. */
function answerAsB2c(provider: Provider, flow: Flow, parts: Parts): void {
  provider.use(async (ctx, next) => {
    await next();
    const { location } = ctx.response.headers;
    if (typeof location === 'string') ctx.set('location', callbackAs(location, parts.now));
    // The service sends no `iss` parameter; here it is a field of the form that posts itself.
    else if (typeof ctx.body === 'string') ctx.body = ctx.body.replace(/<input type="hidden" name="iss"[^>]*>\n?/, '');
    // Set by the library for its own routes alone.
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc?.route === 'token' && ctx.status === 200) {
      const body = serviceOf(parts.registrations).tokenResponse(ctx.body as Body, oidc, flow);
      ctx.body = { ...body, ...clientInfo(oidc, flow, parts) };
    }
  });
  provider.on('grant.error', (ctx, error) => {
    ctx.body = grantError(ctx, error, parts);
  });
}

/** `client_info` for a client that asks for it, as MSAL does. */
function clientInfo({ body, account }: KoaContextWithOIDC['oidc'], flow: Flow, { registrations }: Parts): Body {
  if (account === undefined || body?.['client_info'] !== '1') return {};
  const uid = serviceOf(registrations).accountNameOf(account.accountId, flow);
  const info = JSON.stringify({ uid, utid: registrations.tenantId });
  return { client_info: Buffer.from(info).toString('base64url') };
}

/** A redirect to the application, without `iss` and with what the service adds to an error. */
function callbackAs(location: string, now: () => Date): string {
  const url = URL.parse(location);
  if (url === null) return location;
  const text = url.searchParams.get('error_description') ?? '';
  if (!url.searchParams.has('iss') && !needsTrace(text)) return location;
  url.searchParams.delete('iss');
  if (needsTrace(text)) url.searchParams.set('error_description', traced(text, now()));
  return url.href;
}

/** An error of the library at the token endpoint. */
interface GrantFault {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_detail?: string | undefined;
}

type Params = Readonly<Record<string, string | undefined>>;

/** Texts by error; the library's own stays where the service's is not known. */
const TEXTS: Readonly<Record<string, (params: Params, fault: GrantFault) => readonly [ErrorCode, string?]>> = {
  invalid_grant: (_params, { error_detail = '' }) => [error_detail.includes('account') ? 'AADB2C90128' : 'AADB2C90080'],
  unsupported_grant_type: ({ grant_type = '' }) => ['AADB2C90086', grant_type],
  invalid_scope: ({ scope = '' }) => ['AADB2C90117', scope],
};

/** The answer of the token endpoint to a request that it refuses. */
function grantError({ oidc }: KoaContextWithOIDC, fault: GrantFault, { registrations, now }: Parts): Body {
  const params = (oidc.params ?? {}) as Params;
  const known = TEXTS[fault.error]?.(params, fault);
  const text =
    fault.error === 'invalid_client'
      ? clientError(params, oidc.client !== undefined, registrations)
      : ((known && errorText(registrations, known[0], known[1] ?? '')) ?? fault.error_description ?? '');
  return { error: fault.error, error_description: needsTrace(text) ? traced(text, now()) : text };
}

function clientError(
  { client_id = '', client_secret }: Params,
  isKnown: boolean,
  registrations: Registrations,
): string {
  if (!isKnown) return errorText(registrations, 'AADB2C90018', client_id, domainOf(registrations));
  return errorText(registrations, client_secret === undefined ? 'AADB2C90079' : 'AADB2C90081');
}
