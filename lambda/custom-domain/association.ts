import type { AppRunnerClient, CustomDomain } from '@aws-sdk/client-apprunner';
import {
  AssociateCustomDomainCommand,
  DescribeCustomDomainsCommand,
  DisassociateCustomDomainCommand,
  InvalidStateException,
  ResourceNotFoundException,
} from '@aws-sdk/client-apprunner';

/** Properties of the custom resource in the template. */
export interface DomainProperties {
  readonly ServiceArn: string;
  readonly DomainName: string;
  readonly HostedZoneId: string;
}

export type AppRunner = Pick<AppRunnerClient, 'send'>;

/** A domain as App Runner has it, and where its alias leads to. */
export interface Association {
  readonly domain: CustomDomain;
  /** Target of the domain's record; App Runner may name it only after a while. */
  readonly dnsTarget: string | undefined;
}

/** The association of a service with a domain; undefined where there is none, or no service any more. */
export async function findAssociation(
  appRunner: AppRunner,
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

export async function associate(appRunner: AppRunner, { ServiceArn, DomainName }: DomainProperties): Promise<void> {
  const command = new AssociateCustomDomainCommand({ ServiceArn, DomainName, EnableWWWSubdomain: false });
  await unless([InvalidStateException], appRunner.send(command));
}

export async function disassociate(appRunner: AppRunner, { ServiceArn, DomainName }: DomainProperties): Promise<void> {
  const command = new DisassociateCustomDomainCommand({ ServiceArn, DomainName });
  await unless([InvalidStateException, ResourceNotFoundException], appRunner.send(command));
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
