import type { DirectoryType } from '../registrations';
import { EMAIL_FIELD } from './fields';
import { type Button, type Form, goto, invalid, type Outcome, type StepAt, type StepPage, type Visit } from './step';

const SIGN_UP: Button = { action: 'sign-up', label: 'Sign up now' };
/** In the words of each service: guides and applications refer to them. */
const FORGOT: Readonly<Record<DirectoryType, string>> = {
  b2c: 'Forgot your password?',
  'external-id': 'Forgot password?',
};

/** Sign-in with a local account. In B2C a forgotten password is the application's matter: it starts the other flow. */
export const signInPage: StepPage<StepAt<'sign-in'>> = {
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
