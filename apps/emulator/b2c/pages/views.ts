import { Eta } from 'eta';
import type { Response } from 'express';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorityOf, type Parts } from '../parts';
import { domainOf, type Registrations } from '../registrations';
import { serviceOf } from '../services/service';
import type { Message } from '../store/inbox';

/** Templates, and their data's names, as `it.…`. */
type PageName = 'form' | 'error' | 'inbox' | 'overview' | 'signed-out';

const eta = new Eta({ views: __dirname, autoEscape: true, autoTrim: [false, 'nl'], cache: true });

/** A whole page. */
export function renderPage(name: PageName, data: object): string {
  return eta.render(`./${name}`, data);
}

export function stylesheet(): string {
  return readFileSync(join(__dirname, 'style.css'), 'utf8');
}

/**
 * Headers of every page: nothing but its own style may load, nothing may frame it.
 *
 * @param formTargets origins besides our own to which a form may lead
 */
export function pageHeaders(formTargets: readonly string[] = []): Readonly<Record<string, string>> {
  const forms = ["'self'", ...formTargets].join(' ');
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src data:; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    // Forms of a page without referrer would have no origin either.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}

interface SentPage {
  readonly body: string;
  /** @default 200 */
  readonly status?: number;
  /** @default none */
  readonly formTargets?: readonly string[];
}

export function sendPage(res: Response, { body, status = 200, formTargets }: SentPage): void {
  res.status(status).set(pageHeaders(formTargets)).type('html').send(body);
}

const TYPE_WORDS = {
  signUpOrSignIn: 'Sign up or sign in',
  signIn: 'Sign in',
  signUp: 'Sign up',
  profileUpdate: 'Profile editing',
  passwordReset: 'Password reset',
} as const;

/** The registered applications and flows, to see why something is refused. */
export function overviewView(parts: Parts): object {
  const { registrations, origins } = parts;
  return {
    ...pageOf(registrations),
    title: `${serviceOf(registrations).name} on this machine`,
    domain: domainOf(registrations),
    tenantId: registrations.tenantId,
    flows: registrations.flows.map((flow) => ({
      id: flow.id,
      type: TYPE_WORDS[flow.type],
      isSecondFactorAsked: flow.multifactor === 'on',
      applications: namesOf(registrations, flow.applications),
      metadata: `${authorityOf(parts, origins.browser, flow)}/v2.0/.well-known/openid-configuration`,
    })),
    clients: registrations.clients,
    protectedApis: registrations.apis
      .filter(({ needsFactor }) => needsFactor)
      .map(({ identifierUri }) => identifierUri),
  };
}

export function inboxView({ inbox, now, registrations }: Parts): object {
  const messages = inbox.list().map((message) => ({ ...message, ago: ago(message, now()) }));
  return { ...pageOf(registrations), title: 'Inbox', messages };
}

function namesOf({ clients }: Registrations, clientIds: readonly string[] = []): readonly string[] {
  return clients.filter(({ clientId }) => clientIds.includes(clientId)).map(({ displayName }) => displayName);
}

/** The data of every page: the service that it stands for. */
export function pageOf(registrations: Pick<Registrations, 'directoryType'>): { readonly service: string } {
  return { service: serviceOf(registrations).name };
}

function ago({ sentAt }: Message, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(sentAt)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${minutes} min ago`;
  return `${Math.floor(minutes / 60)} h ago`;
}
