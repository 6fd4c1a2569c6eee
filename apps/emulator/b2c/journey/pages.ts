import type { StepName } from '../oidc/policy';
import type { Flow } from '../registrations';
import { type Step, type StepAt, type StepPage, getUser, invalid } from './step';
import { resetCodePage, resetEmailPage, resetPasswordPage } from './reset';
import { factorCodePage, factorStartPage } from './second-factor';
import { signInPage } from './sign-in';
import { signUpCodePage, signUpDetailsPage, signUpEmailPage, given } from './sign-up';
import { attributeFaults, attributeFields, attributesIn, isEmpty, askedAttributes } from './fields';

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
