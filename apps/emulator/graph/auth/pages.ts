import type { Request } from 'express';
import { createHash } from 'node:crypto';
import { pageHeaders, renderPage } from '../../pages/render';
import type { Reply } from '../context';
import { textOf } from '../json';
import type { Entity } from '../store/store';
import { OAuthError } from './oauth-error';

// Pages on which a person signs in: whoever is in the directory, without a password.

const SERVICE = { service: 'Microsoft Entra ID' };
const SEND = 'document.forms[0].submit()';
const SEND_DIGEST = `sha256-${createHash('sha256').update(SEND).digest('base64')}`;

export function formOf(body: unknown): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

export function parametersOf({ url }: Request): URLSearchParams {
  return new URLSearchParams(url.split('?').slice(1).join('?'));
}

/** Whom a page of people was answered with. @throws OAuthError */
export function personNamed(people: readonly Entity[], form: URLSearchParams): Entity {
  const person = people.find((one) => textOf(one, 'userPrincipalName') === form.get('person'));
  if (person !== undefined) return person;
  throw new OAuthError(400, 'access_denied', 'AADSTS50034: The user account does not exist in the directory.');
}

/** A reply, or the page of the error that it ends with. */
export function orErrorPage(reply: () => Reply): Reply {
  try {
    return reply();
  } catch (error) {
    if (error instanceof OAuthError) return messagePage(error.status, error.message);
    throw error;
  }
}

interface PeopleOptions {
  /** Name of the application that somebody signs in to. */
  readonly application?: string;
  /** @default false */
  readonly asksCode?: boolean;
}

/** A page that asks who signs in; the form sends `person` to the page's own address. */
export function peoplePage(people: readonly Entity[], options: PeopleOptions = {}): Reply {
  const named = people.map((person) => ({
    name: textOf(person, 'userPrincipalName'),
    displayName: textOf(person, 'displayName'),
  }));
  const title = 'Who signs in?';
  return page(renderPage('people', { ...SERVICE, title, people: named, ...options }), pageHeaders());
}

/** Hands fields to another address on this machine, by a form that sends itself. */
export function sendingPage(action: string, fields: Readonly<Record<string, string>>): Reply {
  const data = { ...SERVICE, title: 'Signed in', action, fields: Object.entries(fields), script: SEND };
  return page(renderPage('send', data), pageHeaders({ forms: [new URL(action).origin], script: SEND_DIGEST }));
}

export function messagePage(status: number, text: string): Reply {
  const body =
    status < 400
      ? renderPage('message', { ...SERVICE, title: 'Sign in', text })
      : renderPage('error', { ...SERVICE, title: 'You can’t be signed in', text });
  return { ...page(body, pageHeaders()), status };
}

function page(body: string, headers: Readonly<Record<string, string>>): Reply {
  return { status: 200, body, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } };
}
