import type { Flow } from '../registrations';
import type { User } from '../store/users';
import {
  type Addressee,
  type Field,
  type Form,
  getUser,
  goto,
  invalid,
  type Outcome,
  sendCode,
  type StepAt,
  type StepPage,
  type Visit,
} from './step';
import { codePage } from './code-page';

const PHONE_FIELD: Field = {
  name: 'phone',
  label: 'Phone Number',
  type: 'tel',
  autocomplete: 'tel',
  hint: 'With the country code, such as +49 30 123456.',
};

/** Sends a code to the e-mail address or telephone; who has no telephone yet names one. */
export const factorStartPage: StepPage<StepAt<'factor-start'>> = {
  view: (visit) => {
    const known = knownAddress(visit.flow, getUser(visit));
    return {
      title: 'Verify it is you',
      lead: known === undefined ? 'Enter your phone number. We’ll text you a code.' : `We’ll send a code to ${known}.`,
      fields: known === undefined ? [PHONE_FIELD] : [],
      submit: { action: 'send', label: 'Send code' },
    };
  },
  actions: { send },
};

/** A telephone number is kept once its code was right. */
export const factorCodePage = codePage<StepAt<'factor-code'>>({
  title: 'Verify it is you',
  lead: ({ to, channel }) => `Enter the code that we sent to ${channel === 'sms' ? maskPhone(to) : maskEmail(to)}.`,
  onRight: (visit) => {
    const { id, phone } = getUser(visit);
    const { channel, to } = visit.step.challenge;
    if (channel === 'sms' && phone !== to) visit.parts.users.update(id, { phone: to });
    return { kind: 'done', result: { accountId: id, methods: ['pwd', 'mfa'], done: 'mfa' } };
  },
  correct: (visit) =>
    visit.step.challenge.channel === 'sms' && getUser(visit).phone === undefined
      ? goto({ at: 'factor-start' })
      : undefined,
});

function send(visit: Visit, form: Form): Outcome {
  const user = getUser(visit);
  const addressee = addresseeOf(visit.flow, user, form);
  if (addressee === undefined)
    return invalid({ phone: 'Enter a phone number with its country code, such as +49 30 123456.' });
  return goto({ at: 'factor-code', challenge: sendCode(visit.parts, addressee) });
}

function addresseeOf(flow: Flow, user: User, { phone = '' }: Form): Addressee | undefined {
  const purpose = 'Second factor';
  if (flow.multifactorMethod === 'email') return { channel: 'email', to: user.emails[0] ?? '', purpose };
  const number = user.phone ?? phone.replaceAll(/[\s()/.-]/g, '');
  // E.164
  return /^\+[1-9]\d{6,14}$/.test(number) ? { channel: 'sms', to: number, purpose } : undefined;
}

function knownAddress({ multifactorMethod }: Flow, { emails: [email = ''], phone }: User): string | undefined {
  if (multifactorMethod === 'email') return `the email address ${maskEmail(email)}`;
  return phone === undefined ? undefined : `the number ${maskPhone(phone)}`;
}

/** The last four digits. */
function maskPhone(phone: string): string {
  return `XXX-XXX-${phone.slice(-4)}`;
}

/** First letter and domain. */
function maskEmail(email: string): string {
  return email.replace(/^(.)[^@]*/, '$1***');
}
