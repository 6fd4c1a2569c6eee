import { z } from 'zod';
import { FORGE_NAMES, type Forge } from '../../estate/sections/pipeline/forge';
import type { RoleTrust } from '../../estate/sections/pipeline/role-trust';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { quotedList } from '../../text/suggest';
import type { Command, CommandResult } from './command';
import { shellLine } from './command';
import { answered } from './readings';
import type { Reading } from './step';

const Credential = z.object({
  name: z.string(),
  issuer: z.string().nullish(),
  subject: z.string().nullish(),
  audiences: z.array(z.string()),
  /** Of a flexible credential, which trusts every subject that matches. */
  claimsMatchingExpression: z.unknown().optional(),
});
type Credential = Readonly<z.infer<typeof Credential>>;

const Applications = z.object({
  value: z.array(z.object({ appId: z.string(), federatedIdentityCredentials: z.array(Credential).default([]) })),
});

/** Tokens of a forge that may be trusted, and none beside them. */
export interface Trust extends Pick<RoleTrust, 'issuer' | 'audience' | 'subjects'> {
  readonly forge: Forge;
  /** Deletes a credential by its name, of an application by its client id; that of a managed identity is empty. */
  readonly remove: (credential: string, application: string) => Command;
}

type Read = (result: CommandResult) => Reading;

/** Federated credentials of a managed identity, as `az identity federated-credential list` shows them. */
export const identityTrustsOnly = (trust: Trust): Read =>
  answered((text) => {
    const { data } = z.array(Credential).safeParse(parseQuietly(text));
    return data === undefined ? unclear('az did not answer with federated credentials') : compare(data, trust, '');
  });

/** Applications of a display name with their federated credentials, as Graph lists them. */
export const applicationTrustsOnly = (name: string, trust: Trust): Read =>
  answered((text) => {
    const applications = Applications.safeParse(parseQuietly(text)).data?.value;
    if (applications === undefined) return unclear('Graph did not answer with applications');
    const [application, ...more] = applications;
    if (application === undefined) return pending(`the directory has no application ${name}`);
    if (more.length > 0) {
      const ids = applications.map(({ appId }) => appId);
      return unclear(`the directory has ${ids.length} applications ${name}, of which one must stay: ${ids.join(', ')}`);
    }
    return compare(application.federatedIdentityCredentials, trust, application.appId);
  });

/** The directory in which az asks Graph, which is that of its active account whatever else is logged in. */
export const directoryIs = (tenantId: string): Read =>
  answered((text) =>
    text === tenantId
      ? { state: 'done' }
      : unclear(`az asks Graph in the directory ${text}, not in ${tenantId}: log in there, as below`),
  );

function compare(credentials: readonly Credential[], trust: Trust, application: string): Reading {
  const { forge, subjects, remove } = trust;
  const excess = credentials.filter((one) => !subjects.some((subject) => isTrust(one, subject, trust)));
  const missing = subjects.filter((subject) => !credentials.some((one) => isTrust(one, subject, trust)));
  if (excess.length === 0 && missing.length === 0) return { state: 'done' };
  const parts = [
    ...excess.map((one) => `it still trusts ${inWords(one)}`),
    ...(missing.length === 0 ? [] : [`it does not trust ${quotedList(missing)} of ${FORGE_NAMES[forge]} yet`]),
  ];
  const commands = excess.map(({ name }) => `$ ${shellLine(remove(name, application))}`);
  return pending([parts.join('; '), ...commands].join('\n'));
}

function isTrust(credential: Credential, wanted: string, trust: Trust): boolean {
  const { issuer, subject, audiences, claimsMatchingExpression } = credential;
  const isForAzure = audiences.length === 1 && audiences[0] === trust.audience;
  return issuer === trust.issuer && subject === wanted && isForAzure && claimsMatchingExpression == null;
}

function inWords({ name, issuer, subject, audiences, claimsMatchingExpression }: Credential): string {
  const whom =
    claimsMatchingExpression == null ? quotedList([subject ?? 'any subject']) : 'whatever matches an expression';
  return `${whom} of ${issuer ?? 'any issuer'} for ${quotedList(audiences)}, by the credential ${name}`;
}

const pending = (why: string): Reading => ({ state: 'pending', why });
const unclear = (why: string): Reading => ({ state: 'unknown', why });
