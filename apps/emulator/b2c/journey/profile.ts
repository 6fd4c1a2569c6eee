import { attributeFaults, attributeFields, attributesIn, isEmpty } from './fields';
import { getUser, invalid, type StepAt, type StepPage } from './step';
import { given } from './sign-up';
import { askedAttributes } from './fields';

export const profilePage: StepPage<StepAt<'profile'>> = {
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
