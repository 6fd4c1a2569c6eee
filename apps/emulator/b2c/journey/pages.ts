import type { StepName } from '../oidc/policy';
import type { Parts } from '../parts';
import { attributesOf, type DirectoryType, type Flow } from '../registrations';
import type { User } from '../store/users';
import {
  askedAttributes,
  attributeFaults,
  attributeFields,
  attributesIn,
  CODE_FIELD,
  EMAIL_FIELD,
  emailIn,
  isEmpty,
  NEW_PASSWORD_FIELDS,
  newPasswordFaults,
} from './fields';
import {
  type Addressee,
  answer,
  type Button,
  type Field,
  type Form,
  getUser,
  goto,
  invalid,
  type Outcome,
  sendAgain,
  sendCode,
  type Step,
  type StepAt,
  type StepPage,
  type Visit,
} from './step';

type CodeStep = StepAt<'sign-up-code' | 'factor-code' | 'reset-code'>;

interface CodePage<S extends CodeStep> {
  readonly title: string;
  readonly lead: (challenge: S['challenge']) => string;
  readonly onRight: (visit: Visit<S>) => Outcome;
  /** Leads back to where the address of the code is asked for; undefined where it is on record. @default it is */
  readonly correct?: (visit: Visit<S>) => Outcome | undefined;
}

/** A page that asks for the code that was sent, and sends another. */
function codePage<S extends CodeStep>({ title, lead, onRight, correct }: CodePage<S>): StepPage<S> {
  return {
    view: (visit) => ({
      title,
      lead: lead(visit.step.challenge),
      fields: [CODE_FIELD],
      submit: { action: 'verify', label: 'Verify code' },
      others: [
        { action: 'again', label: 'Send new code' },
        ...(correct?.(visit) === undefined ? [] : [{ action: 'correct', label: 'Use another number' }]),
      ],
      showsInbox: true,
    }),
    actions: {
      verify: (visit, { code = '' }) => {
        const { step, parts } = visit;
        const result = answer(step.challenge, code, parts.now());
        if (result.kind === 'right') return onRight(visit);
        return invalid({ code: result.text }, { ...step, challenge: result.challenge });
      },
      again: ({ step, parts }) => newCode(step, parts),
      correct: (visit) => correct?.(visit) ?? invalid({ form: 'The code goes to the address on record.' }),
    },
  };
}

function newCode(step: CodeStep, parts: Parts): Outcome {
  const challenge = sendAgain(parts, step.challenge);
  if (challenge === undefined) return invalid({ form: 'No more codes can be sent. Cancel and start again.' });
  return goto({ ...step, challenge }, 'A new code is on its way.');
}

const SIGN_UP: Button = { action: 'sign-up', label: 'Sign up now' };
/** In the words of each service: guides and applications refer to them. */
const FORGOT: Readonly<Record<DirectoryType, string>> = {
  b2c: 'Forgot your password?',
  'external-id': 'Forgot password?',
};

/** Sign-in with a local account. In B2C a forgotten password is the application's matter: it starts the other flow. */
const signInPage: StepPage<StepAt<'sign-in'>> = {
  view: ({ flow, parts, loginHint }) => ({
    title: 'Sign in',
    lead: 'Sign in with your email address.',
    fields: [
      { ...EMAIL_FIELD, value: loginHint },
      { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
    ],
    submit: { action: 'sign-in', label: 'Sign in' },
    others: [
      { action: 'forgot', label: FORGOT[parts.registrations.directoryType ?? 'b2c'] },
      ...(flow.type === 'signUpOrSignIn' ? [SIGN_UP] : []),
    ],
  }),
  actions: {
    'sign-in': signIn,
    forgot: ({ parts }) =>
      parts.registrations.directoryType === 'external-id'
        ? goto({ at: 'reset-email' })
        : { kind: 'refused', code: 'AADB2C90118' },
    'sign-up': ({ flow }) => goto({ at: flow.type === 'signUpOrSignIn' ? 'sign-up-email' : 'sign-in' }),
  },
};

/** Says the same of a wrong password and of an account that does not exist. */
async function signIn({ parts }: Visit, { email = '', password = '' }: Form): Promise<Outcome> {
  const check = await parts.users.checkPassword(email.trim(), password);
  switch (check.kind) {
    case 'right':
      return { kind: 'done', result: { accountId: check.user.id, methods: ['pwd'] } };
    case 'wrong':
      return invalid({ form: 'Invalid username or password.' });
    case 'locked':
      return invalid({ form: 'Your account is temporarily locked to prevent unauthorized use. Try again later.' });
  }
}

const TAKEN = 'An account with this email address already exists. Cancel and sign in.';

const signUpEmailPage: StepPage<StepAt<'sign-up-email'>> = {
  view: ({ flow }) => ({
    title: 'Sign up',
    lead: isVerified(flow)
      ? 'We’ll send a code to your email address.'
      : 'Enter the email address that you want to sign in with.',
    fields: [EMAIL_FIELD],
    submit: { action: 'send', label: isVerified(flow) ? 'Send verification code' : 'Continue' },
  }),
  actions: {
    send: ({ parts, flow }, form) => {
      const { email, faults } = emailIn(form);
      if (!isEmpty(faults)) return invalid(faults);
      if (!isVerified(flow)) return goto({ at: 'sign-up-details', email });
      return goto({
        at: 'sign-up-code',
        challenge: sendCode(parts, { channel: 'email', to: email, purpose: 'Sign up' }),
      });
    },
  },
};

const signUpCodePage = codePage<StepAt<'sign-up-code'>>({
  title: 'Sign up',
  lead: ({ to }) => `Enter the code that we sent to ${to}.`,
  onRight: ({ step, parts }) => {
    const { to: email } = step.challenge;
    // Only now: whoever asks has shown that the address is theirs.
    if (parts.users.findByEmail(email) !== undefined) return invalid({ form: TAKEN });
    return goto({ at: 'sign-up-details', email }, 'Your email address is verified.');
  },
});

const signUpDetailsPage: StepPage<StepAt<'sign-up-details'>> = {
  view: ({ flow, step }) => ({
    title: 'Sign up',
    lead: `Tell us about yourself, ${step.email}.`,
    fields: [...NEW_PASSWORD_FIELDS, ...attributeFields(flow, {})],
    submit: { action: 'create', label: 'Create' },
  }),
  actions: { create },
};

function create({ parts, flow, step }: Visit<StepAt<'sign-up-details'>>, form: Form): Outcome {
  const attributes = attributesIn(form, flow);
  const faults = { ...newPasswordFaults(form), ...attributeFaults(attributes, flow) };
  if (!isEmpty(faults)) return invalid(faults);
  const user = parts.users.add({ emails: [step.email], attributes: given(attributes) }, form['password'] ?? '');
  if (user === undefined) return invalid({ form: TAKEN });
  return { kind: 'done', result: { accountId: user.id, methods: ['pwd'] } };
}

/** Leaves out what was left empty, so that no token has it. */
function given(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function isVerified(flow: Flow): boolean {
  return attributesOf(flow).find(({ id }) => id.toLowerCase() === 'email')?.requiresVerification ?? true;
}

const PHONE_FIELD: Field = {
  name: 'phone',
  label: 'Phone Number',
  type: 'tel',
  autocomplete: 'tel',
  hint: 'With the country code, such as +49 30 123456.',
};

/** Sends a code to the e-mail address or telephone; who has no telephone yet names one. */
const factorStartPage: StepPage<StepAt<'factor-start'>> = {
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
const factorCodePage = codePage<StepAt<'factor-code'>>({
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

/** Says the same whether or not there is such an account. */
const resetEmailPage: StepPage<StepAt<'reset-email'>> = {
  view: () => ({
    title: 'Reset your password',
    lead: 'We’ll send a code to your email address.',
    fields: [EMAIL_FIELD],
    submit: { action: 'send', label: 'Send verification code' },
  }),
  actions: {
    send: ({ parts }, form) => {
      const { email, faults } = emailIn(form);
      if (!isEmpty(faults)) return invalid(faults);
      const exists = parts.users.findByEmail(email) !== undefined;
      const challenge = sendCode(parts, { channel: 'email', to: email, purpose: 'Password reset', exists });
      return goto({ at: 'reset-code', challenge });
    },
  },
};

const resetCodePage = codePage<StepAt<'reset-code'>>({
  title: 'Reset your password',
  lead: ({ to }) => `If there is an account for ${to}, a code is on its way. Enter it here.`,
  onRight: ({ step }) => goto({ at: 'reset-password', email: step.challenge.to }, 'Your email address is verified.'),
});

const resetPasswordPage: StepPage<StepAt<'reset-password'>> = {
  view: ({ step }) => ({
    title: 'Reset your password',
    lead: `Choose a new password for ${step.email}.`,
    fields: NEW_PASSWORD_FIELDS,
    submit: { action: 'save', label: 'Continue' },
  }),
  actions: {
    save: ({ parts, step }, form) => {
      const faults = newPasswordFaults(form);
      if (!isEmpty(faults)) return invalid(faults);
      const user = parts.users.findByEmail(step.email);
      if (user === undefined) return invalid({ form: 'This account no longer exists. Cancel and start again.' });
      parts.users.setPassword(user.id, form['password'] ?? '');
      return { kind: 'done', result: { accountId: user.id, methods: ['pwd'], done: 'reset' } };
    },
  },
};

const profilePage: StepPage<StepAt<'profile'>> = {
  view: (visit) => {
    const user = getUser(visit);
    return {
      title: 'Edit your profile',
      lead: `Signed in as ${user.emails[0] ?? user.id}.`,
      fields: attributeFields(visit.flow, user.attributes),
      submit: { action: 'save', label: 'Continue' },
    };
  },
  actions: {
    save: (visit, form) => {
      const { parts, flow } = visit;
      const user = getUser(visit);
      const attributes = attributesIn(form, flow);
      const faults = attributeFaults(attributes, flow);
      if (!isEmpty(faults)) return invalid(faults);
      const asked = new Set(askedAttributes(flow).map(({ id }) => id));
      const kept = Object.fromEntries(Object.entries(user.attributes).filter(([id]) => !asked.has(id)));
      parts.users.update(user.id, { attributes: { ...kept, ...given(attributes) } });
      return { kind: 'done', result: { done: 'profile' } };
    },
  },
};

const PAGES: { readonly [At in Step['at']]: StepPage<StepAt<At>> } = {
  'sign-in': signInPage,
  'sign-up-email': signUpEmailPage,
  'sign-up-code': signUpCodePage,
  'sign-up-details': signUpDetailsPage,
  'factor-start': factorStartPage,
  'factor-code': factorCodePage,
  profile: profilePage,
  'reset-email': resetEmailPage,
  'reset-code': resetCodePage,
  'reset-password': resetPasswordPage,
};

/** The page of a step. */
export function stepPage<S extends Step>(step: S): StepPage<S> {
  // The table has it by the same key; the compiler does not follow that.
  return PAGES[step.at] as unknown as StepPage<S>;
}

/** The first step of a part of a flow. */
export function firstStep(name: StepName, flow: Flow): Step {
  switch (name) {
    case 'login':
      return { at: flow.type === 'signUp' ? 'sign-up-email' : 'sign-in' };
    case 'mfa':
      return { at: 'factor-start' };
    case 'profile':
      return { at: 'profile' };
    case 'reset':
      return { at: 'reset-email' };
  }
}
