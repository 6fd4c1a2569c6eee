import type { CustomDomain } from '@aws-sdk/client-apprunner';
import type { Change, ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53';
import { ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53';

export type Route53 = Pick<Route53Client, 'send'>;

/** Seconds. */
const TTL = 300;

/** Writes the records by which the certificate's owner is known. They stay: the certificate is renewed by them. */
export async function writeRecords(route53: Route53, zone: string, domain: CustomDomain): Promise<void> {
  const changes = recordsOf(domain).map((record): Change => ({ Action: 'UPSERT', ResourceRecordSet: record }));
  if (changes.length > 0) await change(route53, zone, changes);
}

/** Names of errors that mean that there is nothing to remove here: it is gone, or another one's. */
const NOTHING_TO_REMOVE = new Set(['InvalidChangeBatch', 'NoSuchHostedZone']);
/** The role may write in the zone of the template alone. What another zone keeps does no harm. */
const NOT_ALLOWED = new Set(['AccessDenied', 'AccessDeniedException']);

/** Removes the records one by one, since a batch fails as a whole for one that is gone. */
export async function removeRecords(route53: Route53, zone: string, domain: CustomDomain): Promise<void> {
  for (const record of recordsOf(domain)) {
    try {
      await change(route53, zone, [{ Action: 'DELETE', ResourceRecordSet: record }]);
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (!NOTHING_TO_REMOVE.has(name) && !NOT_ALLOWED.has(name)) throw error;
      console.log(`${record.Name} in ${zone} is not removed: ${name}`);
    }
  }
}

async function change(route53: Route53, HostedZoneId: string, Changes: Change[]): Promise<void> {
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}

type NamedRecord = ResourceRecordSet & { readonly Name: string };

function recordsOf({ CertificateValidationRecords = [] }: CustomDomain): readonly NamedRecord[] {
  return CertificateValidationRecords.flatMap(({ Name, Type, Value }): readonly NamedRecord[] =>
    Name !== undefined && Type === 'CNAME' && Value !== undefined
      ? [{ Name, Type, TTL, ResourceRecords: [{ Value }] }]
      : [],
  );
}
