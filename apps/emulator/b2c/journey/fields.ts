import { attributesOf, type Flow, type FlowAttribute } from '../registrations';
import { passwordFault } from '../store/users';
import type { Faults, Field, Form } from './step';

/**
 * Labels of the attributes that every directory has, and their words for browsers that fill in:
 * https://html.spec.whatwg.org/#autofill
 */
const BUILT_IN: Readonly<Record<string, readonly [label: string, autocomplete: string]>> = {
  city: ['City', 'address-level2'],
  country: ['Country/Region', 'country-name'],
  displayName: ['Display Name', 'name'],
  givenName: ['Given Name', 'given-name'],
  jobTitle: ['Job Title', 'organization-title'],
  postalCode: ['Postal Code', 'postal-code'],
  state: ['State/Province', 'address-level1'],
  streetAddress: ['Street Address', 'street-address'],
  surname: ['Surname', 'family-name'],
};

const MAX_LENGTH = 256;

export const EMAIL_FIELD: Field = { name: 'email', label: 'Email Address', type: 'email', autocomplete: 'username' };

export const CODE_FIELD: Field = {
  name: 'code',
  label: 'Verification code',
  isCode: true,
  autocomplete: 'one-time-code',
};

export const NEW_PASSWORD_FIELDS: readonly Field[] = [
  {
    name: 'password',
    label: 'New Password',
    type: 'password',
    autocomplete: 'new-password',
    hint: '8 to 64 characters; three of: lowercase, uppercase, digit, symbol.',
  },
  { name: 'repeated', label: 'Confirm New Password', type: 'password', autocomplete: 'new-password' },
];

/** Attributes that a flow asks for; the e-mail address has a page of its own. */
export function askedAttributes(flow: Flow): readonly FlowAttribute[] {
  return attributesOf(flow).filter(({ id }) => id.toLowerCase() !== 'email');
}

export function attributeFields(flow: Flow, values: Readonly<Record<string, string>>): readonly Field[] {
  return askedAttributes(flow).map(({ id, label, optional }) => ({
    name: id,
    label: label ?? BUILT_IN[id]?.[0] ?? id.replace(/^extension_[0-9a-f]{32}_/i, ''),
    value: values[id] ?? '',
    autocomplete: BUILT_IN[id]?.[1],
    optional,
  }));
}

/** Values in a form of the attributes that a flow asks for. */
export function attributesIn(form: Form, flow: Flow): Readonly<Record<string, string>> {
  return Object.fromEntries(askedAttributes(flow).map(({ id }) => [id, (form[id] ?? '').trim()]));
}

export function attributeFaults(values: Readonly<Record<string, string>>, flow: Flow): Faults {
  const faults = askedAttributes(flow).flatMap(({ id, optional }) => {
    const { [id]: value = '' } = values;
    if (value === '' && optional !== true) return [[id, 'This information is required.']];
    return value.length > MAX_LENGTH ? [[id, `Use ${MAX_LENGTH} characters at most.`]] : [];
  });
  return Object.fromEntries(faults) as Faults;
}

export function newPasswordFaults({ password = '', repeated = '' }: Form): Faults {
  const fault = passwordFault(password);
  if (fault !== undefined) return { password: fault };
  return password === repeated ? {} : { repeated: 'The two passwords are not the same.' };
}

/** The address and its faults. */
export function emailIn({ email = '' }: Form): { readonly email: string; readonly faults: Faults } {
  const trimmed = email.trim();
  const isEmail = trimmed.length <= MAX_LENGTH && /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(trimmed);
  return { email: trimmed, faults: isEmail ? {} : { email: 'Enter an email address, such as name@example.com.' } };
}

export function isEmpty(faults: Faults): boolean {
  return Object.keys(faults).length === 0;
}
