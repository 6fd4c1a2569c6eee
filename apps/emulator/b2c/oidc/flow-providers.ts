import type { IncomingMessage, ServerResponse } from 'node:http';
import { CompactSign, decodeProtectedHeader } from 'jose';
import type { Configuration } from 'oidc-provider';
import Provider from 'oidc-provider';
import type { Logger } from 'pino';
import type { SigningKey } from '../keys';
import { issuerOf, type Parts } from '../parts';
import type { Flow } from '../registrations';
import { serviceOf } from '../services/service';
import { answerAsTheService } from './answers';
import { judgeClients } from './clients';
import { configurationOf } from './configuration';
import { widenRefreshTokens } from './scopes';

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
