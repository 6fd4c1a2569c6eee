import { z } from 'zod';

const Texts = z.array(z.string());

/** Registrations of the customers program, in a file between the processes. */
export const registrationsFile = z.strictObject({
  directoryType: z.enum(['b2c', 'external-id']),
  directory: z.string(),
  tenantId: z.guid(),
  clients: z.array(
    z.strictObject({
      clientId: z.guid(),
      displayName: z.string(),
      secrets: z.array(z.strictObject({ sha256: z.base64() })),
      redirectUris: Texts,
      spaRedirectUris: Texts,
      nativeRedirectUris: Texts,
      logoutUrl: z.string().exactOptional(),
      implicitTokens: z.array(z.enum(['id_token', 'token'])),
      grantedScopes: Texts,
      grantedRoles: Texts,
      signInScopes: Texts,
      optionalClaims: Texts,
    }),
  ),
  apis: z.array(
    z.strictObject({
      clientId: z.guid(),
      identifierUri: z.string(),
      scopes: Texts,
      optionalClaims: Texts,
      needsFactor: z.boolean(),
    }),
  ),
  flows: z.array(
    z.strictObject({
      id: z.string(),
      type: z.enum(['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset']),
      multifactor: z.enum(['off', 'on', 'conditional']),
      multifactorMethod: z.enum(['phone', 'email']),
      attributes: z.array(z.strictObject({ id: z.string(), optional: z.boolean(), requiresVerification: z.boolean() })),
      claims: Texts,
      tokenMinutes: z.int(),
      refreshTokenDays: z.int(),
      sessionMinutes: z.int(),
      identityProviders: Texts,
      applications: Texts,
    }),
  ),
});

/** Every setting is there, so that nothing depends on a default of the emulator. */
export type LocalRegistrations = Readonly<z.output<typeof registrationsFile>>;
