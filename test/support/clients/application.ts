import express, { Router, type Express, type RequestHandler } from 'express';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../repository';

/** `npm ci --prefix .ci/system` brings these packages, whose types are not there when this is compiled. */
const load = createRequire(join(REPOSITORY, '.ci/system/package.json'));

/** A directory and a registration, as an application has them in its settings. */
export interface Settings {
  readonly isB2c: boolean;
  /** Where the applications listen. */
  readonly origin: string;
  /** `https://localhost:44331/contoso.onmicrosoft.com/B2C_1_signupsignin1` */
  readonly authority: string;
  /** Metadata of the directory, without a flow. */
  readonly directoryMetadata: string;
  readonly flow: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiClientId: string;
  readonly scope: string;
  /** Called with the session that ended. */
  readonly onFrontChannel: (session: string) => void;
}

/** Applications of other people's libraries, below a path each, and an API that they may call. */
export function createApplications(settings: Settings): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/msal.js', (_req, res) => {
    res.sendFile('msal-browser.min.js', { root: dirname(load.resolve('@azure/msal-browser')) });
  });
  app.get('/msal-browser', (_req, res) => void res.type('html').send(pageOf(settings)));
  for (const type of ['code', 'id_token', 'code id_token'])
    app.use(`/express-openid-connect/${type.replace(' ', '-')}`, withExpressOpenidConnect(settings, type));
  app.use('/passport-azure-ad', withPassport(settings));
  app.get('/front-channel', (req, res) => {
    settings.onFrontChannel(new URL(req.url, settings.origin).searchParams.get('sid') ?? 'none');
    res.send(text('Signed out', ''));
  });
  app.get('/api', bearerOnly(settings), (req, res) => {
    const { aud, scp } = (req as Request).user as Claims;
    res.json({ aud, scp });
  });
  return app;
}

type Claims = Readonly<Record<string, unknown>>;
/** A request as Passport extends it. */
type Request = object & { user?: unknown; session?: object };

const text = (title: string, content: string): string => `<!doctype html><title>${title}</title>
<link rel="icon" href="data:,"><h1>${title}</h1>${content}`;

/** A single-page application: its buttons call MSAL, and what comes of it stands in the heading. */
function pageOf({ authority, clientId, scope, origin }: Settings): string {
  const uri = `${origin}/msal-browser`;
  const auth = { clientId, authority, knownAuthorities: [new URL(authority).host], redirectUri: uri };
  return text(
    'Starting',
    `<button id="in">Sign in</button><button id="api">Call the API</button><button id="out">Sign out</button>
<script src="/msal.js"></script>
<script type="module">
const scopes = [${JSON.stringify(scope)}];
const show = (title) => { document.querySelector('h1').textContent = title; };
const tell = (work) => async () => { try { await work(); } catch (error) { show(error.message); } };
const client = new msal.PublicClientApplication(${JSON.stringify({ auth, cache: { cacheLocation: 'localStorage' } })});
const button = (id, work) => { document.getElementById(id).onclick = tell(work); };
await tell(async () => {
  await client.initialize();
  const answer = await client.handleRedirectPromise();
  const [account = answer?.account] = client.getAllAccounts();
  button('in', () => client.loginRedirect({ scopes }));
  button('api', async () => {
    const { accessToken, fromCache } = await client.acquireTokenSilent({ scopes, account });
    const called = await fetch('/api', { headers: { authorization: 'Bearer ' + accessToken } });
    const { scp = 'status ' + called.status } = called.ok ? await called.json() : {};
    show(scp + (fromCache ? ' by the kept token' : ' by a refreshed token'));
  });
  button('out', () => client.logoutRedirect({ account, postLogoutRedirectUri: ${JSON.stringify(uri)} }));
  show(account === undefined ? 'Signed out' : 'Signed in as ' + account.name);
})();
</script>`,
  );
}

interface ExpressOpenidConnect {
  readonly auth: (settings: object) => RequestHandler;
  readonly requiresAuth: () => RequestHandler;
}

interface OidcRequest {
  readonly user: Claims;
  readonly accessToken?: {
    readonly isExpired: () => boolean;
    readonly refresh: () => Promise<{ access_token: string }>;
  };
}

async function outcomeOf(token: OidcRequest['accessToken']): Promise<string> {
  if (token === undefined) return 'No access token';
  if (!token.isExpired()) return 'Kept';
  return (await token.refresh()).access_token === '' ? 'Not refreshed' : 'Refreshed';
}

function withExpressOpenidConnect(settings: Settings, responseType: string): Router {
  const { auth, requiresAuth } = load('express-openid-connect') as ExpressOpenidConnect;
  const path = `/express-openid-connect/${responseType.replace(' ', '-')}`;
  const scope = `openid profile offline_access ${settings.scope}`;
  const router = Router();
  router.use(
    auth({
      authRequired: false,
      idpLogout: true,
      issuerBaseURL: `${settings.authority}/v2.0/.well-known/openid-configuration`,
      baseURL: `${settings.origin}${path}`,
      clientID: settings.clientId,
      clientSecret: settings.clientSecret,
      secret: 'a-secret-of-this-test-that-is-long-enough',
      session: { name: responseType.replace(' ', '-') },
      // The default is `id_token` by form_post.
      ...(responseType !== 'id_token' && { authorizationParams: { response_type: responseType, scope } }),
    }),
  );
  router.get('/', async (req, res) => {
    const { user, accessToken } = (req as unknown as { readonly oidc: Partial<OidcRequest> }).oidc;
    const title = user === undefined ? 'Signed out' : `Signed in as ${String(user['name'])}`;
    res.send(text(title, await outcomeOf(accessToken)));
  });
  router.get('/start', requiresAuth(), (_req, res) => {
    res.redirect(path);
  });
  return router;
}

interface Passport {
  readonly Passport: new () => {
    readonly use: (strategy: unknown) => void;
    readonly initialize: () => RequestHandler;
    readonly authenticate: (name: string, options: object) => RequestHandler;
  };
}

type Verified = (error: unknown, user?: unknown, info?: unknown) => void;
type StrategyOf<V> = new (options: object, verify: V) => unknown;

interface PassportAzureAd {
  readonly OIDCStrategy: StrategyOf<(profile: { readonly _json: Claims }, done: Verified) => void>;
  readonly BearerStrategy: StrategyOf<(token: Claims, done: Verified) => void>;
}

const newPassport = (): InstanceType<Passport['Passport']> => new (load('passport') as Passport).Passport();
const azureAd = (): PassportAzureAd => load('passport-azure-ad') as PassportAzureAd;

/** Settings that both strategies share. */
function strategyOf({ isB2c, directoryMetadata, flow }: Settings): object {
  const logging = { loggingLevel: 'error', loggingNoPII: true };
  return { identityMetadata: directoryMetadata, isB2C: isB2c, ...(isB2c && { policyName: flow }), ...logging };
}

function withPassport(settings: Settings): Router {
  const { origin, clientId, clientSecret, scope, authority } = settings;
  const passport = newPassport();
  const { OIDCStrategy } = azureAd();
  const redirectUrl = `${origin}/passport-azure-ad/callback`;
  const options = { responseType: 'code id_token', responseMode: 'form_post', redirectUrl, clientSecret };
  const all = { ...strategyOf(settings), ...options, clientID: clientId, scope: ['offline_access', 'profile', scope] };
  passport.use(
    new OIDCStrategy(all, ({ _json }, done) => {
      done(null, _json);
    }),
  );
  // One browser comes here.
  const session: { user?: Claims } = {};
  const authenticate = passport.authenticate('azuread-openidconnect', { session: false, failureRedirect: 'failed' });
  return Router()
    .use(passport.initialize(), express.urlencoded({ extended: false }), (req, _res, next) => {
      (req as Request).session = session;
      next();
    })
    .get('/start', authenticate)
    .post('/callback', authenticate, (req, res) => {
      session.user = (req as Request).user as Claims;
      res.redirect('/passport-azure-ad');
    })
    .get('/logout', (_req, res) => {
      delete session.user;
      const back = encodeURIComponent(`${origin}/passport-azure-ad`);
      res.redirect(`${authority}/oauth2/v2.0/logout?post_logout_redirect_uri=${back}`);
    })
    .get('/', (_req, res) => {
      const { user } = session;
      res.send(text(user === undefined ? 'Signed out' : `Signed in as ${String(user['name'])}`, ''));
    });
}

function bearerOnly(settings: Settings): RequestHandler {
  const passport = newPassport();
  const { BearerStrategy } = azureAd();
  const options = { ...strategyOf(settings), clientID: settings.apiClientId };
  passport.use(
    new BearerStrategy(options, (token, done) => {
      done(null, token);
    }),
  );
  return passport.authenticate('oauth-bearer', { session: false });
}
