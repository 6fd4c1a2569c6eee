import { goto, invalid, sendCode, type StepAt, type StepPage } from './step';
import { codePage } from './code-page';
import { EMAIL_FIELD, emailIn, isEmpty, NEW_PASSWORD_FIELDS, newPasswordFaults } from './fields';

/** Says the same whether or not there is such an account. */
export const resetEmailPage: StepPage<StepAt<'reset-email'>> = {
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

export const resetCodePage = codePage<StepAt<'reset-code'>>({
  title: 'Reset your password',
  lead: ({ to }) => `If there is an account for ${to}, a code is on its way. Enter it here.`,
  onRight: ({ step }) => goto({ at: 'reset-password', email: step.challenge.to }, 'Your email address is verified.'),
});

export const resetPasswordPage: StepPage<StepAt<'reset-password'>> = {
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
