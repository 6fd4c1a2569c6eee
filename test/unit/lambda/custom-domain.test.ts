import type { CustomDomain, CustomDomainAssociationStatus } from '@aws-sdk/client-apprunner';
import {
  AssociateCustomDomainCommand,
  DescribeCustomDomainsCommand,
  DisassociateCustomDomainCommand,
  InvalidRequestException,
  InvalidStateException,
  ResourceNotFoundException,
} from '@aws-sdk/client-apprunner';
import type { Change } from '@aws-sdk/client-route-53';
import { ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import type { Clients, DomainEvent } from '../../../lambda/custom-domain/handlers';
import { advance, start } from '../../../lambda/custom-domain/handlers';

const SERVICE = 'arn:aws:apprunner:eu-west-1:210000000011:service/sandbox-web/0123456789abcdef';
const DOMAIN = 'claims.example.com';
const ZONE = 'Z0123456789ABCDEFGHIJ';
const TARGET = 'abc.eu-west-1.awsapprunner.com';
const RECORD = { Name: `_a.${DOMAIN}.`, Type: 'CNAME', Value: '_b.acm-validations.aws.' } as const;
const OTHER = { Name: `_c.${DOMAIN}.`, Type: 'CNAME', Value: '_d.acm-validations.aws.' } as const;

const eventOf = (RequestType: DomainEvent['RequestType'], more: Partial<DomainEvent> = {}): DomainEvent => ({
  RequestType,
  ResourceProperties: { ServiceArn: SERVICE, DomainName: DOMAIN, HostedZoneId: ZONE },
  ...more,
});

const CREATE = eventOf('Create');
const DELETE = eventOf('Delete', { PhysicalResourceId: `${SERVICE}/${DOMAIN}` });

interface World {
  /** Undefined where the service is gone. */
  domains: CustomDomain[] | undefined;
  /** Values by the names of the records in the zone. */
  readonly records: Map<string, string>;
  /** Thrown by the next call that changes something. */
  refusal?: Error;
  /** Undefined where App Runner does not name it. */
  dnsTarget?: string | undefined;
  readonly calls: string[];
}

const domain = (Status: CustomDomainAssociationStatus, records: readonly object[] = [RECORD, OTHER]): CustomDomain => ({
  DomainName: DOMAIN,
  EnableWWWSubdomain: false,
  Status,
  CertificateValidationRecords: [...records],
});

function worldOf(domains: CustomDomain[] | undefined, records: Record<string, string> = {}): World {
  return { domains, records: new Map(Object.entries(records)), dnsTarget: TARGET, calls: [] };
}

/** App Runner and Route 53 as their APIs describe them: what they hold, what they refuse. */
function clientsOf(world: World): Clients {
  const appRunner = (command: unknown): unknown => {
    if (command instanceof DescribeCustomDomainsCommand) return pageOf(world, command.input.NextToken);
    refuse(world);
    if (command instanceof AssociateCustomDomainCommand) {
      world.calls.push(`associate ${command.input.DomainName ?? ''} www=${String(command.input.EnableWWWSubdomain)}`);
      world.domains?.push(domain('CREATING', []));
    } else if (command instanceof DisassociateCustomDomainCommand) {
      world.calls.push(`disassociate ${command.input.DomainName ?? ''}`);
      world.domains = world.domains?.map((one) => (one.DomainName === DOMAIN ? { ...one, Status: 'DELETING' } : one));
    }
    return {};
  };
  const route53 = (command: unknown): unknown => {
    if (!(command instanceof ChangeResourceRecordSetsCommand)) throw new Error('unexpected command');
    refuse(world);
    for (const change of command.input.ChangeBatch?.Changes ?? []) apply(world, change);
    return {};
  };
  const client = (answer: (command: unknown) => unknown) => ({
    send: (command: unknown) => Promise.resolve().then(() => answer(command)),
  });
  return { appRunner: client(appRunner), route53: client(route53) };
}

function pageOf({ domains, dnsTarget }: World, token: string | undefined): unknown {
  if (domains === undefined) throw new ResourceNotFoundException({ message: 'no service', $metadata: {} });
  const position = Number(token ?? 0);
  return {
    DNSTarget: dnsTarget,
    CustomDomains: domains.slice(position, position + 1),
    ...(position + 1 < domains.length && { NextToken: String(position + 1) }),
  };
}

function refuse(world: World): void {
  const { refusal } = world;
  delete world.refusal;
  if (refusal !== undefined) throw refusal;
}

function apply({ records, calls }: World, { Action, ResourceRecordSet: set }: Change): void {
  const [name, value] = [set?.Name ?? '', set?.ResourceRecords?.[0]?.Value ?? ''];
  calls.push(`${Action ?? ''} ${name}`);
  if (Action === 'UPSERT') records.set(name, value);
  else if (records.get(name) === value) records.delete(name);
  else throw Object.assign(new Error('not found'), { name: 'InvalidChangeBatch' });
}

const busy = (): Error => new InvalidStateException({ message: 'operation in progress', $metadata: {} });
const both = { [RECORD.Name]: RECORD.Value, [OTHER.Name]: OTHER.Value };

beforeEach(() => {
  jest.spyOn(console, 'log').mockReturnValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the name of the association', () => {
  test.each(['Create', 'Update'] as const)('of a %s is service and domain', (type) => {
    expect(start(eventOf(type, { PhysicalResourceId: 'old' }))).toEqual({
      PhysicalResourceId: `${SERVICE}/${DOMAIN}`,
    });
  });

  test('of a Delete is what it had, also where its creation never got that far', () => {
    expect(start(eventOf('Delete', { PhysicalResourceId: 'old' }))).toEqual({ PhysicalResourceId: 'old' });
  });
});

describe('to establish a domain', () => {
  test('takes a step at each look, and is through when App Runner is', async () => {
    const world = worldOf([{ ...domain('ACTIVE'), DomainName: 'other.example.com' }]);
    const look = () => advance(clientsOf(world), CREATE);
    const become = (status: CustomDomainAssociationStatus) => {
      world.domains = [domain(status)];
    };
    expect(await look()).toEqual({ IsComplete: false });
    expect(world.calls).toEqual([`associate ${DOMAIN} www=false`]);
    expect(await look()).toEqual({ IsComplete: false });
    expect(world.records.size).toBe(0);
    become('PENDING_CERTIFICATE_DNS_VALIDATION');
    expect(await look()).toEqual({ IsComplete: false });
    expect(Object.fromEntries(world.records)).toEqual(both);
    become('BINDING_CERTIFICATE');
    expect(await look()).toEqual({ IsComplete: false });
    become('ACTIVE');
    expect(await look()).toEqual({ IsComplete: true, Data: { DnsTarget: TARGET } });
    expect(world.calls.filter((call) => call.startsWith('associate'))).toHaveLength(1);
  });

  test('finds it among several pages of domains', async () => {
    const others = ['a.example.com', 'b.example.com'].map((DomainName) => ({ ...domain('ACTIVE'), DomainName }));
    expect(await advance(clientsOf(worldOf([...others, domain('ACTIVE')])), CREATE)).toMatchObject({
      IsComplete: true,
    });
  });

  test('that is there already, by a retry or an update, writes its records again and is through', async () => {
    const world = worldOf([domain('ACTIVE')]);
    expect(await advance(clientsOf(world), eventOf('Update'))).toMatchObject({ IsComplete: true });
    expect(Object.fromEntries(world.records)).toEqual(both);
  });

  test('while another operation is under way, waits and asks again', async () => {
    const world = worldOf([]);
    world.refusal = busy();
    expect(await advance(clientsOf(world), CREATE)).toEqual({ IsComplete: false });
    expect(world.calls).toEqual([]);
    expect(await advance(clientsOf(world), CREATE)).toEqual({ IsComplete: false });
    expect(world.calls).toHaveLength(1);
  });

  test('that is active without a target fails, and gives the record of the domain no empty value', async () => {
    const world = worldOf([domain('ACTIVE')]);
    world.dnsTarget = undefined;
    await expect(advance(clientsOf(world), CREATE)).rejects.toThrow(
      `App Runner says that ${DOMAIN} is active, but not where its record must point`,
    );
  });

  test('that is being removed waits until it is gone', async () => {
    const world = worldOf([domain('DELETING')]);
    expect(await advance(clientsOf(world), CREATE)).toEqual({ IsComplete: false });
    expect(world.calls).toEqual([]);
  });

  test.each(['CREATE_FAILED', 'DELETE_FAILED'] as const)('fails on %s, and says what to do', async (status) => {
    await expect(advance(clientsOf(worldOf([domain(status)])), CREATE)).rejects.toThrow(
      `App Runner reports ${status} for ${DOMAIN}. Look into the service's events in the console, then run: aws apprunner disassociate-custom-domain --service-arn ${SERVICE} --domain-name ${DOMAIN}`,
    );
  });

  test.each([
    ['a domain that another service has', new InvalidRequestException({ message: 'in use', $metadata: {} }), 'in use'],
    ['a service that is not there', new ResourceNotFoundException({ message: 'gone', $metadata: {} }), 'gone'],
  ])('fails on %s', async (_what, refusal, message) => {
    const world = worldOf([]);
    world.refusal = refusal;
    await expect(advance(clientsOf(world), CREATE)).rejects.toThrow(message);
  });

  test('leaves out records that are not complete yet', async () => {
    const world = worldOf([
      domain('PENDING_CERTIFICATE_DNS_VALIDATION', [{ Name: RECORD.Name, Type: 'CNAME' }, OTHER]),
    ]);
    await advance(clientsOf(world), CREATE);
    expect([...world.records.keys()]).toEqual([OTHER.Name]);
  });
});

test.each([
  ['waits after an error that the SDK tried again', 3, { IsComplete: false }],
  ['fails after one that it does not try again', 1, 'slow down'],
])('%s', async (_what, attempts, expected) => {
  const world = worldOf([]);
  world.refusal = Object.assign(new Error('slow down'), { name: 'ThrottlingException', $metadata: { attempts } });
  const outcome = await advance(clientsOf(world), CREATE).catch((error: unknown) => (error as Error).message);
  expect(outcome).toEqual(expected);
});

describe('to remove a domain', () => {
  test('takes records and association away, and is through when both are gone', async () => {
    const world = worldOf([domain('ACTIVE')], both);
    expect(await advance(clientsOf(world), DELETE)).toEqual({ IsComplete: false });
    expect(world.records.size).toBe(0);
    expect(world.calls.at(-1)).toBe(`disassociate ${DOMAIN}`);
    expect(await advance(clientsOf(world), DELETE)).toEqual({ IsComplete: false });
    world.domains = [];
    expect(await advance(clientsOf(world), DELETE)).toEqual({ IsComplete: true });
    expect(world.calls.filter((call) => call.startsWith('disassociate'))).toHaveLength(1);
  });

  test.each([
    ['association', []],
    ['service', undefined],
  ])('whose %s is gone already is through', async (_what, domains) => {
    const world = worldOf(domains);
    expect(await advance(clientsOf(world), DELETE)).toEqual({ IsComplete: true });
    expect(world.calls).toEqual([]);
  });

  test.each(['CREATE_FAILED', 'DELETE_FAILED', 'CREATING'] as const)('works from %s too', async (status) => {
    const world = worldOf([domain(status)], both);
    await advance(clientsOf(world), DELETE);
    expect(world.domains?.[0]?.Status).toBe('DELETING');
  });

  test('goes on with the other records and the association where a record is gone or of another', async () => {
    const world = worldOf([domain('ACTIVE')], { [RECORD.Name]: 'of another', [OTHER.Name]: OTHER.Value });
    await advance(clientsOf(world), DELETE);
    expect(Object.fromEntries(world.records)).toEqual({ [RECORD.Name]: 'of another' });
    expect(world.domains?.[0]?.Status).toBe('DELETING');
  });

  test.each(['NoSuchHostedZone', 'AccessDenied'])('goes on where the zone answers %s', async (name) => {
    const world = worldOf([domain('ACTIVE', [RECORD])], both);
    world.refusal = Object.assign(new Error('no'), { name });
    await advance(clientsOf(world), DELETE);
    expect(world.domains?.[0]?.Status).toBe('DELETING');
  });

  test('fails where Route 53 does, and can begin anew', async () => {
    const world = worldOf([domain('ACTIVE')], both);
    world.refusal = Object.assign(new Error('throttled'), { name: 'Throttling' });
    await expect(advance(clientsOf(world), DELETE)).rejects.toThrow('throttled');
    await advance(clientsOf(world), DELETE);
    expect(world.domains?.[0]?.Status).toBe('DELETING');
  });

  test('while another operation is under way, waits and asks again', async () => {
    const world = worldOf([domain('ACTIVE', [])]);
    world.refusal = busy();
    expect(await advance(clientsOf(world), DELETE)).toEqual({ IsComplete: false });
    expect(world.domains?.[0]?.Status).toBe('ACTIVE');
    await advance(clientsOf(world), DELETE);
    expect(world.domains?.[0]?.Status).toBe('DELETING');
  });
});
