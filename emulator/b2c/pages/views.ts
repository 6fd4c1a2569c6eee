import { authorityOf } from '../http/metadata';
import type { Parts } from '../parts';
import { domainOf } from '../registrations';
import type { Message } from '../store/inbox';

const TYPE_WORDS = {
  signUpOrSignIn: 'Sign up or sign in',
  signIn: 'Sign in',
  signUp: 'Sign up',
  profileUpdate: 'Profile editing',
  passwordReset: 'Password reset',
} as const;

/** What is registered, for whoever wonders why something is refused. */
export function overviewView(parts: Parts): object {
  const { registrations, origins } = parts;
  return {
    title: 'Azure AD B2C on this machine',
    domain: domainOf(registrations),
    tenantId: registrations.tenantId,
    flows: registrations.flows.map((flow) => ({
      id: flow.id,
      type: TYPE_WORDS[flow.type],
      isSecondFactorAsked: flow.multifactor === 'on',
      metadata: `${authorityOf(parts, origins.browser, flow)}/v2.0/.well-known/openid-configuration`,
    })),
    clients: registrations.clients,
  };
}

export function inboxView({ inbox, now }: Parts): object {
  const messages = inbox.list().map((message) => ({ ...message, ago: ago(message, now()) }));
  return { title: 'Inbox', messages };
}

function ago({ sentAt }: Message, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(sentAt)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 120) return `${minutes} min ago`;
  return `${Math.floor(minutes / 60)} h ago`;
}
