import {
  type AppRunnerClient,
  AssociateCustomDomainCommand,
  type CustomDomain,
  DescribeCustomDomainsCommand,
  DisassociateCustomDomainCommand,
  InvalidStateException,
  ResourceNotFoundException,
} from '@aws-sdk/client-apprunner';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';

/** Properties of the custom resource in the template. */
interface DomainProperties {
  readonly ServiceArn: string;
  readonly DomainName: string;
  readonly HostedZoneId: string;
}

/** Event of the CDK's provider framework, with the fields that are used. */
export interface DomainEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: DomainProperties;
}

type Progress =
  { readonly IsComplete: false } | { readonly IsComplete: true; readonly Data?: { readonly DnsTarget: string } };

export interface Clients {
  readonly appRunner: Pick<AppRunnerClient, 'send'>;
  readonly route53: Pick<Route53Client, 'send'>;
}

const GOES_ON: Progress = { IsComplete: false };

/** Names the association: another service or domain is another one, and CloudFormation then deletes the old one. */
export function start({ RequestType, PhysicalResourceId, ResourceProperties }: DomainEvent): {
  readonly PhysicalResourceId: string;
} {
  const { ServiceArn, DomainName } = ResourceProperties;
  const id = `${ServiceArn}/${DomainName}`;
  return { PhysicalResourceId: RequestType === 'Delete' ? (PhysicalResourceId ?? id) : id };
}

/**
 * Looks at what is there, takes the next step, and tells whether anything is left to do. It is called again and again, and
 * may be called twice or start over at any point: each step follows from what is there alone. An error that can pass, such as a
 * throttled call, waits for the next look.
 *
 * @throws Error if App Runner gave up
 */
export async function advance(clients: Clients, { RequestType, ResourceProperties }: DomainEvent): Promise<Progress> {
  try {
    const association = await findAssociation(clients.appRunner, ResourceProperties);
    console.log(`${RequestType} ${ResourceProperties.DomainName}: ${association?.domain.Status ?? 'not associated'}`);
    const step = RequestType === 'Delete' ? remove : establish;
    return await step(clients, ResourceProperties, association);
  } catch (error) {
    if (!wasTriedAgain(error)) throw error;
    console.log(`${RequestType} ${ResourceProperties.DomainName}: waits after ${error.name}: ${error.message}`);
    return GOES_ON;
  }
}

/** The SDK tries again only what can pass, and counts the calls. */
function wasTriedAgain(error: unknown): error is Error {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { attempts = 1 } = error.$metadata as { readonly attempts?: number };
  return attempts > 1;
}

async function establish(
  { appRunner, route53 }: Clients,
  { ServiceArn, DomainName, HostedZoneId }: DomainProperties,
  association: Association | undefined,
): Promise<Progress> {
  if (association === undefined) {
    const command = new AssociateCustomDomainCommand({ ServiceArn, DomainName, EnableWWWSubdomain: false });
    await unless([InvalidStateException], appRunner.send(command));
    return GOES_ON;
  }
  const { domain, dnsTarget } = association;
  switch (domain.Status) {
    case 'ACTIVE':
      await writeRecords(route53, HostedZoneId, domain);
      return { IsComplete: true, Data: { DnsTarget: known(dnsTarget, DomainName) } };
    case 'CREATE_FAILED':
    case 'DELETE_FAILED':
      throw new Error(
        `App Runner reports ${domain.Status} for ${DomainName}. Look into the service's events in the console, then run: aws apprunner disassociate-custom-domain --service-arn ${ServiceArn} --domain-name ${DomainName}`,
      );
    case 'CREATING':
    case 'PENDING_CERTIFICATE_DNS_VALIDATION':
      await writeRecords(route53, HostedZoneId, domain);
      return GOES_ON;
    case 'BINDING_CERTIFICATE':
    case 'DELETING':
    case undefined:
      return GOES_ON;
  }
}

/** @throws Error if App Runner names none: the domain's record would be empty */
function known(dnsTarget: string | undefined, domain: string): string {
  if (dnsTarget !== undefined) return dnsTarget;
  throw new Error(`App Runner says that ${domain} is active, but not where its record must point`);
}

async function remove(
  { appRunner, route53 }: Clients,
  { ServiceArn, DomainName, HostedZoneId }: DomainProperties,
  association: Association | undefined,
): Promise<Progress> {
  if (association === undefined) return { IsComplete: true };
  if (association.domain.Status === 'DELETING') return GOES_ON;
  await removeRecords(route53, HostedZoneId, association.domain);
  const command = new DisassociateCustomDomainCommand({ ServiceArn, DomainName });
  await unless([InvalidStateException, ResourceNotFoundException], appRunner.send(command));
  return GOES_ON;
}

/** A domain as App Runner has it, and where its alias leads to. */
interface Association {
  readonly domain: CustomDomain;
  /** Target of the domain's record; App Runner may name it only after a while. */
  readonly dnsTarget: string | undefined;
}

/** The association of a service with a domain; undefined where there is none, or no service any more. */
async function findAssociation(
  appRunner: Clients['appRunner'],
  { ServiceArn, DomainName }: DomainProperties,
): Promise<Association | undefined> {
  let NextToken: string | undefined;
  try {
    do {
      const page = await appRunner.send(
        new DescribeCustomDomainsCommand({ ServiceArn, ...(NextToken !== undefined && { NextToken }) }),
      );
      const domain = page.CustomDomains?.find((one) => one.DomainName === DomainName);
      if (domain !== undefined) return { domain, dnsTarget: page.DNSTarget };
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  return undefined;
}

type Refusal = typeof InvalidStateException | typeof ResourceNotFoundException;

/** While another operation on the service is under way, its state is invalid: the next look at it tries again. */
async function unless(refusals: readonly Refusal[], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error) || !refusals.some((refusal) => error instanceof refusal)) throw error;
    console.log(`App Runner refuses for now: ${error.message}`);
  }
}

/** Seconds. */
const TTL = 300;

/** Writes the records by which the certificate's owner is known. They stay: the certificate is renewed by them. */
async function writeRecords(route53: Clients['route53'], zone: string, domain: CustomDomain): Promise<void> {
  const changes = recordsOf(domain).map((record) => ({ Action: 'UPSERT' as const, ResourceRecordSet: record }));
  if (changes.length > 0) await change(route53, zone, changes);
}

/** Names of errors that mean that there is nothing to remove here: it is gone, or another one's. */
const NOTHING_TO_REMOVE = new Set(['InvalidChangeBatch', 'NoSuchHostedZone']);
/** The role may write in the zone of the template alone. What another zone keeps does no harm. */
const NOT_ALLOWED = new Set(['AccessDenied', 'AccessDeniedException']);

/** Removes the records one by one, since a batch fails as a whole for one that is gone. */
async function removeRecords(route53: Clients['route53'], zone: string, domain: CustomDomain): Promise<void> {
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

async function change(route53: Clients['route53'], HostedZoneId: string, Changes: Change[]): Promise<void> {
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
