import { z } from 'zod';
import { secretRules, Text } from '../inputs';
import type { Failure } from '../resource';
import { present, type Properties } from '../values';

const AUTHENTICATIONS = ['basic', 'certificate'] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

export const ApiConnectorInputs = z.strictObject({
  displayName: Text,
  targetUrl: Text,
  authentication: z.enum(AUTHENTICATIONS),
  username: Text.optional(),
  secret: Text.optional(),
  passphrase: Text.optional(),
  secretVersion: Text.optional(),
});
export type ApiConnectorInputs = z.infer<typeof ApiConnectorInputs>;

/** Fills in how the directory proves who calls. */
export function withDefaults(inputs: Properties): Properties {
  return present({ authentication: 'basic', ...inputs });
}

/** Rules that the shape does not say: the keys of the authentication, and a secret with its version. */
export function apiConnectorRules(inputs: Properties): readonly Failure[] {
  const isBasic = inputs['authentication'] === 'basic';
  const idle = isBasic ? 'passphrase' : 'username';
  const has = (key: string): boolean => inputs[key] !== undefined;
  return [
    ...(isBasic && !has('username')
      ? [{ property: 'username', reason: "is missing; authentication 'basic' needs a user name" }]
      : []),
    ...(has(idle)
      ? [{ property: idle, reason: `does not apply to authentication '${isBasic ? 'basic' : 'certificate'}'` }]
      : []),
    ...(has('passphrase') && !has('secret')
      ? [{ property: 'secret', reason: 'is missing; a passphrase without its certificate says nothing' }]
      : []),
    ...secretRules(inputs),
  ];
}
