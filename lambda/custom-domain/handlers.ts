import type { AppRunner, Association, DomainProperties } from './association';
import { associate, disassociate, findAssociation } from './association';
import type { Route53 } from './validation-records';
import { removeRecords, writeRecords } from './validation-records';

/** Event of the CDK's provider framework, with the fields that are used. */
export interface DomainEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: DomainProperties;
}

export interface Started {
  readonly PhysicalResourceId: string;
}

export type Progress =
  { readonly IsComplete: false } | { readonly IsComplete: true; readonly Data?: { readonly DnsTarget: string } };

export interface Clients {
  readonly appRunner: AppRunner;
  readonly route53: Route53;
}

const GOES_ON: Progress = { IsComplete: false };
const GONE: Progress = { IsComplete: true };

/** Names the association: another service or domain is another one, and CloudFormation then deletes the old one. */
export function start({ RequestType, PhysicalResourceId, ResourceProperties }: DomainEvent): Started {
  const { ServiceArn, DomainName } = ResourceProperties;
  const id = `${ServiceArn}/${DomainName}`;
  return { PhysicalResourceId: RequestType === 'Delete' ? (PhysicalResourceId ?? id) : id };
}

/**
 * Looks at what is there, takes the next step, and tells whether anything is left to do. It is called again and again, and
 * may be called twice or start over at any point: each step follows from what is there alone.
 *
 * @throws Error if App Runner gave up
 */
export async function advance(clients: Clients, event: DomainEvent): Promise<Progress> {
  const properties = event.ResourceProperties;
  const association = await findAssociation(clients.appRunner, properties);
  console.log(`${event.RequestType} ${properties.DomainName}: ${association?.domain.Status ?? 'not associated'}`);
  const step = event.RequestType === 'Delete' ? remove : establish;
  return await step(clients, properties, association);
}

async function establish(
  { appRunner, route53 }: Clients,
  properties: DomainProperties,
  association: Association | undefined,
): Promise<Progress> {
  if (association === undefined) {
    await associate(appRunner, properties);
    return GOES_ON;
  }
  const { domain, dnsTarget } = association;
  switch (domain.Status) {
    case 'ACTIVE':
      await writeRecords(route53, properties.HostedZoneId, domain);
      return { IsComplete: true, Data: { DnsTarget: targetOf(properties, dnsTarget) } };
    case 'CREATE_FAILED':
    case 'DELETE_FAILED':
      throw new Error(failure(properties, domain.Status));
    case 'CREATING':
    case 'PENDING_CERTIFICATE_DNS_VALIDATION':
      await writeRecords(route53, properties.HostedZoneId, domain);
      return GOES_ON;
    case 'BINDING_CERTIFICATE':
    case 'DELETING':
    case undefined:
      return GOES_ON;
  }
}

/** @throws Error if App Runner names none: the domain's record would be empty */
function targetOf({ DomainName }: DomainProperties, dnsTarget: string | undefined): string {
  if (dnsTarget !== undefined) return dnsTarget;
  throw new Error(`App Runner says that ${DomainName} is active, but not where its record must point`);
}

function failure({ ServiceArn, DomainName }: DomainProperties, status: string): string {
  return `App Runner reports ${status} for ${DomainName}. Look into the service's events in the console, then run: aws apprunner disassociate-custom-domain --service-arn ${ServiceArn} --domain-name ${DomainName}`;
}

async function remove(
  { appRunner, route53 }: Clients,
  properties: DomainProperties,
  association: Association | undefined,
): Promise<Progress> {
  if (association === undefined) return GONE;
  if (association.domain.Status === 'DELETING') return GOES_ON;
  await removeRecords(route53, properties.HostedZoneId, association.domain);
  await disassociate(appRunner, properties);
  return GOES_ON;
}
