/**
 * Actions and functions of Graph that the emulator answers, which Microsoft's types leave out, after their pages in Graph's
 * reference. Names of types as Graph writes them; `''` is a plain value.
 */
export interface Action {
  readonly parameters: Readonly<Record<string, string>>;
  /** Type of the answer; undefined where it has no body. */
  readonly answer: string | undefined;
}

const CREDENTIALS = 'synchronizationSecretKeyStringValuePair[]';

/** By the last segment of their path. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  addPassword: { parameters: { passwordCredential: 'passwordCredential' }, answer: 'passwordCredential' },
  removePassword: { parameters: { keyId: '' }, answer: undefined },
  addTokenSigningCertificate: { parameters: { displayName: '', endDateTime: '' }, answer: 'selfSignedCertificate' },
  instantiate: { parameters: { displayName: '' }, answer: 'applicationServicePrincipal' },
  getByIds: { parameters: { ids: '[]', types: '[]' }, answer: 'directoryObject[]' },
  restore: { parameters: {}, answer: 'directoryObject' },
  start: { parameters: {}, answer: undefined },
  pause: { parameters: {}, answer: undefined },
  restart: { parameters: { criteria: 'synchronizationJobRestartCriteria' }, answer: undefined },
  validateCredentials: {
    parameters: {
      applicationIdentifier: '',
      templateId: '',
      useSavedCredentials: '',
      credentials: CREDENTIALS,
    },
    answer: undefined,
  },
  provisionOnDemand: {
    parameters: { parameters: 'synchronizationJobApplicationParameters[]' },
    answer: 'stringKeyStringValuePair',
  },
  discover: { parameters: {}, answer: 'directoryDefinition' },
  parseExpression: {
    parameters: {
      expression: '',
      testInputObject: 'expressionInputObject',
      targetAttributeDefinition: 'attributeDefinition',
    },
    answer: 'parseExpressionResponse',
  },
  getOrder: { parameters: {}, answer: 'assignmentOrder' },
  'getOrder()': { parameters: {}, answer: 'assignmentOrder' },
  setOrder: { parameters: { newAssignmentOrder: 'assignmentOrder' }, answer: undefined },
};

/** The action that a path calls, if it calls one. */
export function findAction(path: string): Action | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}
