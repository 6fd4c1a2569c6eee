import type { IncomingMessage, ServerResponse } from 'node:http';
import { CompactSign, decodeProtectedHeader } from 'jose';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';
import type { SigningKey } from '../keys';
import { issuerOf, type Parts } from '../parts';
import { type Flow, type DirectoryType, domainOf, type Registrations } from '../registrations';
import { serviceOf } from '../services/service';
import { judgeClients } from './clients';
import { configurationOf } from './configuration';
import { widenRefreshTokens } from './scopes';
import { type ErrorCode, errorText, needsTrace, traced } from '../errors';

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
    judgeClients(provider, parts.registrations);
    provider.on('server_error', (_ctx, error) => {
      logger?.error({ err: error, flow: flow.id }, 'unexpected error');
    });
    widenRefreshTokens(provider, parts.registrations);
    answerAsTheService(provider, flow, parts);
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

/** An error as the library has it. */
interface Fault {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_detail?: string | undefined;
}

/** An error as the application gets it. */
interface Refusal {
  readonly error: string;
  readonly error_description: string;
}

/** Makes the library's answers those of the service. */
function answerAsTheService(provider: Provider, flow: Flow, parts: Parts): void {
  provider.on('authorization.error', (ctx, error) => {
    ctx.state['refusal'] = refusalOf(ctx, error, parts);
  });
  provider.use(async (ctx, next) => {
    await next();
    const refusal = ctx.state['refusal'] as Refusal | undefined;
    const { location } = ctx.response.headers;
    if (typeof location === 'string') ctx.set('location', callbackWith(location, refusal));
    else if (typeof ctx.body === 'string') ctx.body = formWith(ctx.body, refusal);
    // Set by the library for its own routes alone.
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc?.route === 'token' && ctx.status === 200) {
      const body = serviceOf(parts.registrations).tokenResponse(ctx.body as Body, oidc, flow);
      ctx.body = { ...body, ...clientInfo(oidc, flow, parts) };
    }
  });
  provider.on('grant.error', (ctx, error) => {
    ctx.body = refusalOf(ctx, error, parts);
  });
}

/** `client_info` for a client that asks for it, as MSAL does. */
function clientInfo({ body, account }: KoaContextWithOIDC['oidc'], flow: Flow, { registrations }: Parts): Body {
  if (account === undefined || body?.['client_info'] !== '1') return {};
  const uid = serviceOf(registrations).accountNameOf(account.accountId, flow);
  const info = JSON.stringify({ uid, utid: registrations.tenantId });
  return { client_info: Buffer.from(info).toString('base64url') };
}

/** A redirect to the application, in query or fragment: without `iss`, which the services do not send. */
function callbackWith(location: string, refusal: Refusal | undefined): string {
  const url = URL.parse(location);
  if (url === null) return location;
  const isFragment = url.hash.length > 1;
  const fields = new URLSearchParams(isFragment ? url.hash.slice(1) : url.search);
  if (refusal === undefined && !fields.has('iss')) return location;
  fields.delete('iss');
  for (const [name, value] of Object.entries(refusal ?? {})) fields.set(name, String(value));
  if (isFragment) url.hash = fields.toString();
  else url.search = fields.toString();
  return url.href;
}

const FIELD = /<input type="hidden" name="(\w+)" value="[^"]*"\/>\n?/g;

/** The same for a form that posts itself. */
function formWith(html: string, refusal: Refusal | undefined): string {
  const changed: Readonly<Record<string, string>> = { ...refusal };
  return html.replace(FIELD, (field, name: string) => {
    const value = changed[name];
    if (name === 'iss') return '';
    return value === undefined ? field : `<input type="hidden" name="${name}" value="${escaped(value)}"/>\n`;
  });
}

/** Each character that could end the value or be changed in it, line ends among them. */
function escaped(value: string): string {
  return value.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

type Params = Readonly<Record<string, string | undefined>>;

/** An error of the service where the library has another one; the library's stays where none is known. */
interface Known {
  readonly fault: RegExp;
  readonly code: ErrorCode | ((fault: Fault) => ErrorCode);
  readonly value?: (params: Params) => string | undefined;
  /** @default the library's */
  readonly error?: Readonly<Record<DirectoryType, string>>;
  /** @default both */
  readonly only?: DirectoryType;
}

/** By the library's error and text. */
const KNOWN: readonly Known[] = [
  {
    fault: /^invalid_grant /,
    code: ({ error_detail = '' }) => (error_detail.includes('account') ? 'AADB2C90128' : 'AADB2C90080'),
  },
  { fault: /^unsupported_grant_type /, code: 'AADB2C90086', value: ({ grant_type }) => grant_type },
  { fault: /^invalid_scope /, code: 'AADB2C90117', value: ({ scope }) => scope },
  {
    fault: /^invalid_request requested response_type is not allowed/,
    code: 'AADB2C90057',
    error: { b2c: 'unauthorized_client', 'external-id': 'unsupported_response_type' },
  },
  { fault: /^unsupported_response_type /, code: 'AADB2C90013', value: ({ response_type }) => response_type },
  {
    fault: /^(unsupported_response_mode|invalid_request requested response_mode) /,
    code: 'AADB2C90014',
    value: ({ response_mode }) => response_mode,
  },
  { fault: /^invalid_request missing .*\bnonce\b/, code: 'AADB2C90083', value: () => 'nonce' },
  { fault: /^invalid_request .* requires PKCE /, code: 'AADB2C99059' },
  { fault: /^invalid_request origin .* not allowed /, code: 'AADSTS9002326', only: 'external-id' },
];

/** An error of the library as the directory's service words it. */
function refusalOf({ oidc, query }: KoaContextWithOIDC, fault: Fault, { registrations, now }: Parts): Refusal {
  const params = (oidc.params ?? query) as Params;
  const { error, error_description: own = '' } = fault;
  const { directoryType = 'b2c' } = registrations;
  const known = KNOWN.find(
    ({ fault: pattern, only = directoryType }) => only === directoryType && pattern.test(`${error} ${own}`),
  );
  const text = error === 'invalid_client' ? clientError(oidc, params, registrations) : wordingOf();
  return {
    error: known?.error?.[directoryType] ?? error,
    error_description: needsTrace(text) ? traced(text, now()) : text,
  };

  function wordingOf(): string {
    if (known === undefined || needsTrace(own)) return own;
    const { code, value } = known;
    return errorText(registrations, typeof code === 'string' ? code : code(fault), value?.(params) ?? '');
  }
}

function clientError(
  { client }: KoaContextWithOIDC['oidc'],
  { client_id = '', client_secret }: Params,
  registrations: Registrations,
): string {
  if (client === undefined) return errorText(registrations, 'AADB2C90018', client_id, domainOf(registrations));
  if (client.clientAuthMethod === 'none') return errorText(registrations, 'AADB2C90084');
  return errorText(registrations, client_secret === undefined ? 'AADB2C90079' : 'AADB2C90081');
}
