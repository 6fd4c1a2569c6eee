import type { Customers, FlowUse, UserFlow } from '../customers';
import type { FindingCode } from '../../../source/finding-codes';
import type { Issue, Path } from '../../../source/finding';
import { quotedList } from '../../../../text/suggest';
import { error, warning } from '../../shared/issue';

type Section = Pick<Partial<Customers>, 'location' | 'countryCode'>;

/** Checks for keys of the section that only B2C has. */
export function checkExternalIdSection(customers: Section): readonly Issue[] {
  const place = (['location', 'countryCode'] as const).filter((key) => customers[key] !== undefined);
  return [
    ...place.map((key) =>
      warning('external-id-place', ['customers', key], {
        aboutKey: true,
        problem: 'applies to B2C directories, which the azure section creates; an external tenant is created by hand',
        allowed: 'remove the key',
      }),
    ),
  ];
}

const INSTEAD: Readonly<Record<Exclude<FlowUse, 'signIn'>, string>> = {
  stepUp: 'customers.stepUp, whose scopes a Conditional Access policy protects',
  profileEdit: 'no flow: External ID has none that edits a profile, and the web says so',
  passwordReset: "no flow: 'Forgot password?' is a part of the sign-in",
};

const TYPES: readonly UserFlow['type'][] = ['signUpOrSignIn', 'signIn'];

/** Checks a user flow for what External ID does not have. */
export function checkExternalIdFlow(flow: UserFlow): readonly Issue[] {
  const { at, type, use, multifactor, claims, attributes } = flow;
  if (use !== 'signIn') {
    const problem = 'is not a use of a user flow in External ID';
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
            problem: 'is not a setting of a user flow in External ID: Conditional Access asks for the second factor',
            allowed: 'customers.stepUp',
          }),
        ]),
    ...(claims.length === 0
      ? []
      : [
          error('external-id-claims', [...at, 'claims'], {
            problem: 'are not set by a user flow in External ID: applications ask for them',
            allowed: 'remove the key; the applications of the estate ask for name and e-mail address',
          }),
        ]),
    ...checkPages(flow),
    ...unverified.map((attribute) =>
      warning('external-id-verification', [...attribute.at, 'requiresVerification'], {
        aboutKey: true,
        problem: 'is not set by the flow in External ID: an e-mail address is always verified with a code',
        allowed: 'remove the key',
      }),
    ),
  ];
}

/** Pages of a flow: those of an external tenant know less. */
function checkPages(flow: UserFlow): readonly Issue[] {
  const { at, attributes, languages } = flow;
  return [
    ...(languages === undefined ? [] : [pageOfB2c([...at, 'languages'], 'company branding has the languages')]),
    ...(flow.apiConnectors === undefined
      ? []
      : [pageOfB2c([...at, 'apiConnectors'], 'customers.customExtensions call APIs', 'api-connector')]),
    ...(['tokens', 'pages'] as const)
      .filter((key) => flow[key] !== undefined)
      .map((key) => pageOfB2c([...at, key], 'the tenant decides on it')),
    ...attributes.flatMap((attribute) =>
      (['input', 'choices'] as const)
        .filter((key) => attribute[key] !== undefined)
        .map((key) => pageOfB2c([...attribute.at, key], 'the flow asks for it with a text field')),
    ),
  ];
}

function pageOfB2c(at: Path, instead: string, code: FindingCode = 'external-id-page'): Issue {
  return error(code, at, {
    aboutKey: true,
    problem: `is of B2C user flows; in External ID ${instead}`,
    allowed: 'remove the key',
  });
}

function wrongType({ at, type }: UserFlow): Issue {
  return error('external-id-flow-type', [...at, 'type'], {
    value: type,
    problem: 'is not a user flow type of External ID',
    allowed: quotedList(TYPES).replaceAll(', ', ' or '),
  });
}
