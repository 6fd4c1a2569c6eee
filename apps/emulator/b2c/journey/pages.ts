import type { StepName } from '../oidc/policy';
import type { Flow } from '../registrations';
import type { Step, StepAt, StepPage } from './step';
import { profilePage } from './profile';
import { resetCodePage, resetEmailPage, resetPasswordPage } from './reset';
import { factorCodePage, factorStartPage } from './second-factor';
import { signInPage } from './sign-in';
import { signUpCodePage, signUpDetailsPage, signUpEmailPage } from './sign-up';

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
