import { Router } from 'express';
import type { Answer, Reply } from '../context';
import { textOf } from '../json';
import type { Entity } from '../store/store';
import { findPublicClient, type PublicClient, requirePublic, scopesAsked, takesRedirect } from './consent';
import { OAuthError, oauthReply } from './oauth-error';
import { DEVICE_CODE_SECONDS } from './pending-sign-ins';
import { checkTenant, type TokenEndpoint } from './token-endpoint';

/** Seconds between two questions of a client whether somebody has signed in. */
const POLL_SECONDS = 1;

/**
 * Endpoints on which a person signs in to a public client, by a browser of this machine or by a code that is entered elsewhere:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and v2-oauth2-device-code.
 */
export function personRoutes(endpoint: TokenEndpoint, answer: Answer): Router {
  const router = Router({ caseSensitive: true });
  const people = (): readonly Entity[] => endpoint.directory.all('users');
  router.post('/:tenant/oauth2/v2.0/devicecode', (req, res) =>
    answer(res, startDevice(endpoint, req.params.tenant, formOf(req.body))),
  );
  router.get('/devicelogin', (_req, res) => answer(res, signInPage(people(), { asksCode: true })));
  router.post('/devicelogin', (req, res) => answer(res, enterCode(endpoint, formOf(req.body))));
  router.get('/:tenant/oauth2/v2.0/authorize', (_req, res) => answer(res, signInPage(people(), { asksCode: false })));
  router.post('/:tenant/oauth2/v2.0/authorize', (req, res) => {
    const asked = new URLSearchParams(req.url.split('?').slice(1).join('?'));
    return answer(res, authorize(endpoint, { tenant: req.params.tenant, asked, form: formOf(req.body) }));
  });
  return router;
}

function formOf(body: unknown): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

function startDevice(endpoint: TokenEndpoint, tenant: string, form: URLSearchParams): Reply {
  const { directory, signIns, audiences, loginUrl } = endpoint;
  try {
    checkTenant(endpoint, tenant);
    const client = findPublicClient(directory, form.get('client_id') ?? '');
    requirePublic(client);
    const { deviceCode, userCode } = signIns.startDevice({
      client,
      scopes: scopesAsked(form.get('scope') ?? '', audiences),
    });
    const verificationUri = `${loginUrl}/devicelogin`;
    const body = {
      user_code: userCode,
      device_code: deviceCode,
      verification_uri: verificationUri,
      expires_in: DEVICE_CODE_SECONDS,
      interval: POLL_SECONDS,
      message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
    };
    return { status: 200, body, headers: { 'cache-control': 'no-store' } };
  } catch (error) {
    return oauthReply(error);
  }
}

function enterCode({ directory, signIns }: TokenEndpoint, form: URLSearchParams): Reply {
  const person = personNamed(directory.all('users'), form);
  if (person === undefined) return messagePage(400, 'There is no such person.');
  try {
    signIns.enterDeviceCode(form.get('code') ?? '', person);
    return messagePage(200, 'You have signed in. You may close this window.');
  } catch (error) {
    if (error instanceof OAuthError) return messagePage(error.status, error.message);
    throw error;
  }
}

interface Authorization {
  readonly tenant: string;
  readonly asked: URLSearchParams;
  readonly form: URLSearchParams;
}

function authorize(endpoint: TokenEndpoint, { tenant, asked, form }: Authorization): Reply {
  const redirectUri = asked.get('redirect_uri') ?? '';
  const person = personNamed(endpoint.directory.all('users'), form);
  if (person === undefined) return messagePage(400, 'There is no such person.');
  try {
    checkTenant(endpoint, tenant);
    const client = findPublicClient(endpoint.directory, asked.get('client_id') ?? '');
    // Nothing is handed to an address that the application does not have.
    if (!takesRedirect(client, redirectUri)) {
      throw new OAuthError(
        400,
        'invalid_request',
        'AADSTS50011: The redirect URI does not match those of the application.',
      );
    }
    return answerPage(redirectUri, {
      ...codeFor(endpoint, { client, redirectUri, asked, person }),
      state: asked.get('state') ?? '',
    });
  } catch (error) {
    if (error instanceof OAuthError) return messagePage(error.status, error.message);
    throw error;
  }
}

interface CodeRequest extends Pick<Authorization, 'asked'> {
  readonly client: PublicClient;
  readonly redirectUri: string;
  readonly person: Entity;
}

/** The code, or why there is none. */
function codeFor(
  { signIns, audiences }: TokenEndpoint,
  { client, redirectUri, asked, person }: CodeRequest,
): Readonly<Record<string, string>> {
  const challenge = asked.get('code_challenge') ?? '';
  const nonce = asked.get('nonce') ?? undefined;
  const scopes = scopesAsked(asked.get('scope') ?? '', audiences);
  try {
    return { code: signIns.authorize({ client, scopes, redirectUri, challenge, nonce }, person) };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { error: error.error, error_description: error.message };
  }
}

function personNamed(people: readonly Entity[], form: URLSearchParams): Entity | undefined {
  return people.find((person) => textOf(person, 'userPrincipalName') === form.get('person'));
}

// Pages on which a person signs in: whoever is in the directory, without a password.

/** A page that asks who signs in; the form sends `person` to the page's own address. */
function signInPage(people: readonly Entity[], { asksCode }: { readonly asksCode: boolean }): Reply {
  const code = asksCode ? '<label>Code <input name="code" autocomplete="off"></label>' : '';
  const buttons = people.map((person) => {
    const name = escape(textOf(person, 'userPrincipalName'));
    return `<button name="person" value="${name}">${name}</button>`;
  });
  return page('Sign in', `<form method="post">${code}${buttons.join('')}</form>`);
}

/** Hands the answer to the client on this machine, by a form that sends itself. */
function answerPage(redirectUri: string, fields: Readonly<Record<string, string>>): Reply {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const form = `<form method="post" action="${escape(redirectUri)}">${inputs.join('')}<button>Continue</button></form>`;
  return page('Working', `${form}<script>document.forms[0].submit()</script>`);
}

function messagePage(status: number, text: string): Reply {
  return { ...page('Sign in', `<p>${escape(text)}</p>`), status };
}

function page(title: string, content: string): Reply {
  return {
    status: 200,
    body: `<!doctype html><html lang="en"><title>${title}</title>${content}</html>`,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  };
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
