import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { errorText, traced } from '../errors';
import { pageOf } from '../pages/views';
import { pageHeaders, renderPage } from '../pages/render';
import type { Parts } from '../parts';
import { domainOf } from '../registrations';

type RenderError = NonNullable<Configuration['renderError']>;

/** The page for a request that must not lead back to an application: a wrong client, a wrong redirect URI. */
export function renderLibraryError(parts: Parts): RenderError {
  return (ctx, out, error) => {
    const text = traced(textOf(ctx, parts, error) ?? out.error_description ?? out.error, parts.now());
    for (const [name, value] of Object.entries(pageHeaders())) ctx.set(name, value);
    ctx.type = 'html';
    ctx.body = renderPage('error', {
      title: 'Something went wrong',
      text,
      status: ctx.status,
      ...pageOf(parts.registrations),
    });
  };
}

function textOf({ oidc, query }: KoaContextWithOIDC, { registrations }: Parts, error: Error): string | undefined {
  const params = oidc.params ?? query;
  const [clientId = '', redirectUri = ''] = ['client_id', 'redirect_uri'].map((name) => textIn(params, name));
  if (error instanceof errors.InvalidClient) {
    return errorText(registrations, 'AADB2C90018', clientId, domainOf(registrations));
  }
  if (error instanceof errors.InvalidRedirectUri) {
    return errorText(registrations, 'AADB2C90006', redirectUri, clientId);
  }
  if (error instanceof errors.SessionNotFound) {
    return 'This page has already been used or has expired. Go back to the application and start again.';
  }
  return undefined;
}

function textIn(params: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const { [name]: value } = params;
  return typeof value === 'string' ? value : undefined;
}
