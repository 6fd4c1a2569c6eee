import type { Customers, FlowUse, UserFlow } from '../customers';
import type { Issue } from '../../../source/finding';
import { quotedList } from '../../../source/suggest';
import { error, warning } from '../../shared/issue';

type Section = Pick<Partial<Customers>, 'location' | 'countryCode' | 'manualSteps'>;

/** What of the section means something in B2C alone. */
export function checkExternalIdSection(customers: Section): readonly Issue[] {
  const place = (['location', 'countryCode'] as const).filter((key) => customers[key] !== undefined);
  return [
    ...place.map((key) =>
      warning('external-id-place', ['customers', key], {
        aboutKey: true,
        problem: 'is for directories of B2C, which the azure section creates; an external tenant is made by hand',
        allowed: 'no such key',
      }),
    ),
    ...(customers.manualSteps === undefined
      ? []
      : [
          warning('external-id-manual-steps', ['customers', 'manualSteps'], {
            aboutKey: true,
            problem: 'is about settings of user flows of B2C; those of External ID are all documented',
            allowed: 'no such key',
          }),
        ]),
  ];
}

const INSTEAD: Readonly<Record<Exclude<FlowUse, 'signIn'>, string>> = {
  stepUp: 'customers.stepUp, whose scopes a Conditional Access policy protects',
  profileEdit: 'no flow: External ID has none that edits a profile, and the web says so',
  passwordReset: "no flow: 'Forgot password?' is a part of the sign-in",
};

const TYPES: readonly UserFlow['type'][] = ['signUpOrSignIn', 'signIn'];

/** What of a user flow External ID does not have. */
export function checkExternalIdFlow(flow: UserFlow): readonly Issue[] {
  const { at, type, use, multifactor, claims, attributes } = flow;
  if (use !== 'signIn') {
    const problem = 'is nothing that a user flow of External ID is for';
    return [error('external-id-flow-use', [...at, 'use'], { value: use, problem, allowed: INSTEAD[use] })];
  }
  const unverified = attributes.filter(({ requiresVerification }) => requiresVerification);
  return [
    ...(TYPES.includes(type) ? [] : [wrongType(flow)]),
    ...(multifactor === undefined || multifactor.state === 'off'
      ? []
      : [
          error('external-id-multifactor', [...at, 'multifactor'], {
            value: multifactor.state,
            problem: 'is nothing that a user flow of External ID has: Conditional Access asks for the second factor',
            allowed: 'customers.stepUp',
          }),
        ]),
    ...(claims.length === 0
      ? []
      : [
          error('external-id-claims', [...at, 'claims'], {
            problem: 'are nothing that a user flow of External ID decides on: applications ask for them',
            allowed: 'no such key; the applications of the estate ask for name and e-mail address',
          }),
        ]),
    ...unverified.map((attribute) =>
      warning('external-id-verification', [...attribute.at, 'requiresVerification'], {
        aboutKey: true,
        problem: 'is not a matter of the flow in External ID: an e-mail address is always proved by a code',
        allowed: 'no such key',
      }),
    ),
  ];
}

function wrongType({ at, type }: UserFlow): Issue {
  return error('external-id-flow-type', [...at, 'type'], {
    value: type,
    problem: 'is no type of a user flow of External ID',
    allowed: quotedList(TYPES).replaceAll(', ', ' or '),
  });
}
