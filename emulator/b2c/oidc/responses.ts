import type { KoaContextWithOIDC } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { needsTrace, traced } from '../aadb2c';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import { grantError } from './grant-errors';

type Body = Record<string, unknown>;

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
    if (oidc?.route === 'token' && ctx.status === 200) ctx.body = tokenResponse(ctx.body as Body, oidc, flow);
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

type OidcContext = KoaContextWithOIDC['oidc'];

/** Without an API there is no access token; times are told in every way that the service does. */
function tokenResponse(body: Body, oidc: OidcContext, { refreshTokenDays = 14, tokenMinutes = 60 }: Flow): Body {
  const { access_token, expires_in, ...rest } = body;
  const issuedAt = Math.floor(Date.now() / 1000);
  const seconds = tokenMinutes * 60;
  const resource = oidc.entities.AccessToken?.aud;
  const access = { access_token, expires_in, expires_on: issuedAt + seconds, resource };
  return {
    ...rest,
    not_before: issuedAt,
    ...(resource !== undefined && access),
    ...('id_token' in rest && { id_token_expires_in: seconds, profile_info: profileInfo(oidc) }),
    ...('refresh_token' in rest && { refresh_token_expires_in: refreshTokenDays * 86_400 }),
  };
}

function profileInfo({ account }: OidcContext): string {
  const info = { ver: '1.0', sub: account?.accountId, name: null, preferred_username: null, idp: null };
  return Buffer.from(JSON.stringify(info)).toString('base64url');
}
