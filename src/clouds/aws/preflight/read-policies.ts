import { GetPolicyCommand, type IAMClient, paginateListPolicies } from '@aws-sdk/client-iam';
import pMap from 'p-map';
import { z } from 'zod';
import type { WantedDocument } from '../../../estate/plan/prerequisites';
import type { CustomerManagedPolicy } from '../../../estate/sections/estate';
import { FINDING_TYPES, type PolicyFinding } from '../../facts/preflight-facts';
import { AwsCallError, callAws, readPages, required } from '../aws-call';
import { SignedService } from '../signed-service';

/** Most that ListPolicies answers in one page. */
const POLICIES_PER_PAGE = 1000;

/** Customer-managed policies of an account, in every path. @throws AwsCallError */
export async function readCustomerPolicies(client: IAMClient): Promise<readonly CustomerManagedPolicy[]> {
  const call = { action: 'iam:ListPolicies', subject: 'the customer-managed policies' };
  const pages = paginateListPolicies({ client, pageSize: POLICIES_PER_PAGE }, { Scope: 'Local' });
  const policies = await readPages(call, pages, (page) => page.Policies);
  return policies.map(({ PolicyName, Path = '/' }) => ({ name: required(PolicyName, call, 'PolicyName'), path: Path }));
}

/** Those of some AWS managed policies that do not exist. @throws AwsCallError */
export async function readMissing(
  client: IAMClient,
  arns: readonly string[],
  concurrency: number,
): Promise<readonly string[]> {
  const found = await pMap(arns, (arn) => exists(client, arn), { concurrency });
  return arns.filter((_, index) => found[index] !== true);
}

async function exists(client: IAMClient, PolicyArn: string): Promise<boolean> {
  const call = { action: 'iam:GetPolicy', subject: `the policy ${PolicyArn}` };
  try {
    await callAws(call, () => client.send(new GetPolicyCommand({ PolicyArn })));
    return true;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.name.startsWith('NoSuchEntity')) return false;
    throw error;
  }
}

const ANALYZER = { host: 'access-analyzer', signing: 'access-analyzer', variable: 'ACCESSANALYZER' };

/** IAM Access Analyzer API, ValidatePolicy. */
const Findings = z.object({
  findings: z.array(
    z.object({ findingType: z.enum(FINDING_TYPES), issueCode: z.string(), findingDetails: z.string() }),
  ),
  nextToken: z.string().nullish(),
});

/** Validates documents as policies of identities. It keeps nothing of them. */
export class PolicyValidator {
  private readonly service: SignedService;

  constructor(region: string) {
    this.service = new SignedService(ANALYZER, { region });
  }

  /** @throws AwsCallError */
  async validate({ subject, document }: WantedDocument): Promise<readonly PolicyFinding[]> {
    const call = { action: 'access-analyzer:ValidatePolicy', subject };
    const input = { policyDocument: JSON.stringify(document), policyType: 'IDENTITY_POLICY' };
    const found: PolicyFinding[] = [];
    let query: Readonly<Record<string, string>> = {};
    for (;;) {
      const request = { path: '/policy/validation', query, input };
      const { findings, nextToken } = await callAws(call, () => this.service.ask(request, Findings));
      found.push(
        ...findings.map((one) => ({ type: one.findingType, code: one.issueCode, details: one.findingDetails })),
      );
      if (typeof nextToken !== 'string' || nextToken === '') return found;
      query = { nextToken };
    }
  }

  close(): void {
    this.service.close();
  }
}
