import { attributesOf, type Flow } from '../registrations';
import { type Form, goto, invalid, type Outcome, sendCode, type StepAt, type StepPage, type Visit } from './step';
import { codePage } from './code-page';
import {
  attributeFaults,
  attributeFields,
  attributesIn,
  EMAIL_FIELD,
  emailIn,
  isEmpty,
  NEW_PASSWORD_FIELDS,
  newPasswordFaults,
} from './fields';

const TAKEN = 'An account with this email address already exists. Cancel and sign in.';

export const signUpEmailPage: StepPage<StepAt<'sign-up-email'>> = {
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

export const signUpCodePage = codePage<StepAt<'sign-up-code'>>({
  title: 'Sign up',
  lead: ({ to }) => `Enter the code that we sent to ${to}.`,
  onRight: ({ step, parts }) => {
    const { to: email } = step.challenge;
    // Only now: whoever asks has shown that the address is theirs.
    if (parts.users.findByEmail(email) !== undefined) return invalid({ form: TAKEN });
    return goto({ at: 'sign-up-details', email }, 'Your email address is verified.');
  },
});

export const signUpDetailsPage: StepPage<StepAt<'sign-up-details'>> = {
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
export function given(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function isVerified(flow: Flow): boolean {
  return attributesOf(flow).find(({ id }) => id.toLowerCase() === 'email')?.requiresVerification ?? true;
}
