import { z } from 'zod';
import type { PortalSignIn, TokenEvent } from '../facts/access-facts';
import type { IdentityCenterClients } from './aws-clients';
import { lookUpEvents } from './look-up-events';

const Time = z.string().transform((text) => new Date(text));

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html */
const SignIn = z.object({ eventTime: Time, additionalEventData: z.object({ CredentialType: z.string() }) });

/** Event of something that was done: a refusal has an error code. */
const Done = z.object({ eventTime: Time, errorCode: z.undefined().optional() });

const Token = Done.extend({ userIdentity: z.object({ arn: z.string() }) });

/** The latest sign-ins to the access portal, at most 50. @throws AwsCallError */
export async function readSignIns(clients: IdentityCenterClients): Promise<readonly PortalSignIn[]> {
  const { records } = await lookUpEvents(clients, { name: 'UserAuthentication', record: SignIn, maxPages: 1 });
  return records.map(({ eventTime, additionalEventData }) => ({
    at: eventTime,
    credentialType: additionalEventData.CredentialType,
  }));
}

/** Imports of SAML certificates in the last 90 days, the latest first; the record does not tell which one. @throws AwsCallError */
export async function readCertificateImports(
  clients: Pick<IdentityCenterClients, 'cloudTrail'>,
): Promise<readonly Date[]> {
  const { records } = await lookUpEvents(clients, { name: 'ImportExternalIdPCertificate', record: Done, maxPages: 1 });
  return records.map(({ eventTime }) => eventTime);
}

/** SCIM tokens that were made or deleted in the last 90 days, the latest first. @throws AwsCallError */
export async function readTokenEvents(clients: IdentityCenterClients): Promise<readonly TokenEvent[]> {
  const read = async (name: string, kind: TokenEvent['kind']): Promise<readonly TokenEvent[]> => {
    const { records } = await lookUpEvents(clients, { name, record: Token, maxPages: 2 });
    return records.map(({ eventTime, userIdentity }) => ({ kind, at: eventTime, by: userIdentity.arn }));
  };
  const made = await read('CreateBearerToken', 'made');
  const deleted = await read('DeleteBearerToken', 'deleted');
  return [...made, ...deleted].toSorted((a, b) => b.at.getTime() - a.at.getTime());
}
