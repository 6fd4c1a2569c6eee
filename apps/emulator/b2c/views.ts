import type { PageData } from '../pages/render';
import { authorityOf, type Parts } from './parts';
import { domainOf, type Registrations } from './registrations';
import { serviceOf } from './services/service';
import type { Message } from './store/inbox';

const TYPE_WORDS = {
  signUpOrSignIn: 'Sign up or sign in',
  signIn: 'Sign in',
  signUp: 'Sign up',
  profileUpdate: 'Profile editing',
  passwordReset: 'Password reset',
} as const;

/** The registered applications and flows, to see why something is refused. */
export function overviewView(parts: Parts): PageData {
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

export function inboxView({ inbox, now, registrations }: Parts): PageData {
  const messages = inbox.list().map((message) => ({ ...message, ago: ago(message, now()) }));
  return { ...pageOf(registrations), title: 'Inbox', messages };
}

function namesOf({ clients }: Registrations, clientIds: readonly string[] = []): readonly string[] {
  return clients.filter(({ clientId }) => clientIds.includes(clientId)).map(({ displayName }) => displayName);
}

const LINKS = [
  { href: '/', text: 'What is registered' },
  { href: '/inbox', text: 'Inbox' },
];

/** The data of every page but its title. */
export function pageOf(registrations: Pick<Registrations, 'directoryType'>): Pick<PageData, 'service' | 'links'> {
  return { service: serviceOf(registrations).name, links: LINKS };
}

function ago({ sentAt }: Message, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(sentAt)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${minutes} min ago`;
  return `${Math.floor(minutes / 60)} h ago`;
}
