import type { ConnectorStep } from '../../../../../provider/limits';
import type { DeclaredConnector, DirectoryType, UserFlow, UserFlowType } from '../customers';
import type { Issue } from '../../../source/finding';
import { quotedList } from '../../../../text/suggest';
import { duplicates, error } from '../../shared/issue';

/** APIs that B2C user flows call: names in the portal, and keys. */
export function checkApiConnectors(
  connectors: readonly DeclaredConnector[],
  directoryType: DirectoryType,
): readonly Issue[] {
  const titles = connectors.map(({ at, name, displayName }) => ({
    at: [...at, displayName === undefined ? 'name' : 'displayName'],
    text: displayName ?? name,
  }));
  return [
    ...(directoryType === 'b2c' || connectors.length === 0 ? [] : [ofB2c()]),
    ...duplicates('api-connector', titles, {
      problem: 'is the name of two API connectors in the portal',
      allowed: 'each once: it is found again by it',
    }),
    ...connectors.flatMap(checkKeys),
  ];
}

function ofB2c(): Issue {
  return error('api-connector', ['customers', 'apiConnectors'], {
    aboutKey: true,
    problem: 'is of B2C user flows; External ID calls APIs by customers.customExtensions',
    allowed: 'remove the key',
  });
}

function checkKeys({ at, authentication, username, passphrase }: DeclaredConnector): readonly Issue[] {
  const isBasic = authentication === 'basic';
  const [idle, given] = isBasic ? (['passphrase', passphrase] as const) : (['username', username] as const);
  const takes = isBasic ? 'username and secret' : 'secret and passphrase';
  const allowed = `authentication: ${authentication} takes ${takes}`;
  return [
    ...(isBasic && username === undefined
      ? [
          error('api-connector-keys', [...at, 'username'], {
            aboutKey: true,
            problem: "'username' is missing",
            allowed,
          }),
        ]
      : []),
    ...(given === undefined
      ? []
      : [
          error('api-connector-keys', [...at, idle], {
            aboutKey: true,
            problem: `does not apply to ${authentication}`,
            allowed: `remove the key; ${allowed}`,
          }),
        ]),
  ];
}

const SIGN_UPS: readonly UserFlowType[] = ['signUpOrSignIn', 'signUp'];

/** Types of user flows that have a step: Azure AD B2C, 'Where you can enable an API connector in a user flow'. */
const STEP_TYPES: Readonly<Record<ConnectorStep, readonly UserFlowType[]>> = {
  postFederationSignup: SIGN_UPS,
  postAttributeCollection: SIGN_UPS,
  preTokenIssuance: [...SIGN_UPS, 'signIn'],
};

/** Checks that a flow has the steps at which it calls APIs. */
export function checkCallSteps({ at, type, apiConnectors = {} }: UserFlow): readonly Issue[] {
  return (Object.keys(apiConnectors) as ConnectorStep[])
    .filter((step) => !STEP_TYPES[step].includes(type))
    .map((step) =>
      error('api-connector', [...at, 'apiConnectors', step], {
        aboutKey: true,
        problem: `is not a step of a flow of type ${type}, so that the API is never called`,
        allowed: `remove the key, or a flow of type ${quotedList(STEP_TYPES[step]).replaceAll(', ', ' or ')}`,
      }),
    );
}
