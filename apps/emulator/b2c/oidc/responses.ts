import type { KoaContextWithOIDC } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { needsTrace, traced } from '../aadb2c';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import { serviceOf } from '../services/service';
import { grantError } from './grant-errors';

type Body = Readonly<Record<string, unknown>>;

/** Makes the library's answers those of the service. */
export function answerAsB2c(provider: Provider, flow: Flow, parts: Parts): void {
  provider.use(async (ctx, next) => {
    await next();
    const { location } = ctx.response.headers;
    if (typeof location === 'string') ctx.set('location', callbackAs(location, parts.now));
    // The service sends no `iss` parameter; here it is a field of the form that posts itself.
    else if (typeof ctx.body === 'string') ctx.body = ctx.body.replace(/<input type="hidden" name="iss"[^>]*>\n?/, '');
    // Set by the library for its own routes alone.
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc?.route === 'token' && ctx.status === 200) {
      ctx.body = serviceOf(parts.registrations).tokenResponse(ctx.body as Body, oidc, flow);
    }
  });
  provider.on('grant.error', (ctx, error) => {
    ctx.body = grantError(ctx, error, parts);
  });
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
