import type { Estate } from '../../estate/sections/estate';
import type { PulumiKind } from '../../estate/plan/stacks';

/**
 * Facts that whoever plans a directory of customers must know of the product that it is of.
 *
 * Source: 'Azure Active Directory B2C: Frequently asked questions', Azure AD B2C end of sale; Microsoft Entra External ID,
 * 'Multifactor authentication in external tenants' and 'Set up a Node.js web application for profile editing'.
 */
export function directoryNotes(program: PulumiKind, { customers }: Estate): readonly string[] {
  if (program !== 'customers' || customers === undefined) return [];
  return NOTES[customers.directoryType];
}

const NOTES = {
  b2c: [
    'Azure AD B2C is not sold to new customers since 1 May 2025, and supported until at least May 2030 ' +
      "(Azure AD B2C FAQ, 'Azure AD B2C end of sale'). What is sold today is Microsoft Entra External ID: " +
      'customers.directoryType external-id.',
  ],
  'external-id': [
    'Microsoft Entra External ID is what is sold today; it takes the place of Azure AD B2C.',
    'A Conditional Access policy asks for the second factor, at the application that customers.stepUp names; no user flow does.',
    "There is no user flow to edit a profile; 'Forgot password?' is a part of the sign-in.",
  ],
} as const;
