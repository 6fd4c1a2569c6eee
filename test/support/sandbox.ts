import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { EstateFiles } from './large-estate';
import { memoryFolder } from './large-estate';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE, STEPS_FILE } from '../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../src/estate/plan/planner';
import { planEstate } from '../../src/estate/plan/estate-plan';
import type { EstateFile } from '../../src/estate/sections/estate-schema';
import { estateFile } from './estate-file';
import { OrganizationFile } from '../../src/estate/source/organization';
import { SANDBOX } from './repository';

type AccessEntry = NonNullable<EstateFile['access']>;

/** The files of an estate as values that a test changes in place. */
export interface EstateDraft {
  readonly access: AccessEntry;
  readonly workforce: EstateFile['workforce'];
  readonly organization: OrganizationFile;
}

/**
 * The sandbox without its pipeline, its hosting and what watches the workforce, whose stacks are no matter of most tests. These
 * are the end of the file, and of the section `workforce`.
 */
export function sandboxFiles({ tokenExpires }: { readonly tokenExpires?: string } = {}): EstateFiles {
  const files = hostedSandboxFiles();
  const text = (files[ESTATE_FILE] ?? '')
    .replace(/\npipeline:\n[^]*$/, '')
    .replace(/\n  # Who is told [^]*?(?=\naccess:\n)/, '')
    .replace(/(?<=tokenExpires: )\S+/, (given) => tokenExpires ?? given);
  return { ...files, [ESTATE_FILE]: text };
}

/** All files of the package's example. */
export function hostedSandboxFiles(): EstateFiles {
  const paths = readdirSync(SANDBOX, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(SANDBOX, path)).isFile());
  return Object.fromEntries(
    files.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(SANDBOX, path), 'utf8')]),
  );
}

/** SHA-1 of the certificate that signs in estates of tests, and that was uploaded to AWS. */
export const UPLOADED = 'A'.repeat(40);

/** Steps after a person has done and recorded them. */
export function recorded({ steps }: Pick<EstatePlan, 'steps'>, thumbprint = UPLOADED) {
  return steps.map((step) => ({
    ...step,
    record: {
      ...{ step: step.id, target: step.target, asks: step.asks, by: 'Ada Lovelace', on: '2020-01-02' },
      ...(step.takesCertificates === true && { thumbprints: [thumbprint] }),
      ...(step.provedBy !== undefined && { proved: { on: '2026-07-01', shown: ['two sign-ins'], faults: [] } }),
    },
  }));
}

/** The sandbox after a person has done what only a person can do, and recorded it. */
export function withRecords(files: EstateFiles): EstateFiles {
  const done = recorded(planFiles(files)).map(({ record }) => record);
  return { ...files, [STEPS_FILE]: JSON.stringify({ version: 1, done }) };
}

/** An estate after an edit, with the placement that `npx --no entra-aws preview` writes then. */
export function edited(files: EstateFiles, edit: (draft: EstateDraft) => void): EstateFiles {
  const estate = estateFile(parse(files[ESTATE_FILE] ?? ''));
  const organization = OrganizationFile.parse(JSON.parse(files[ORGANIZATION_FILE] ?? ''));
  if (estate.access === undefined) throw new Error('the estate has no access section');
  edit({ access: estate.access, workforce: estate.workforce, organization });
  return withPlacement({
    ...files,
    [ESTATE_FILE]: JSON.stringify(estate, undefined, 2),
    [ORGANIZATION_FILE]: JSON.stringify(organization, undefined, 2),
  });
}

/** Leaves the policies of an estate to somebody else, for tests that are not about stack sets. */
export function keepPoliciesElsewhere(access: EstateDraft['access']): void {
  access.policies = (access.policies ?? []).map(({ name, path }) => ({
    name,
    ...(path !== undefined && { path }),
    managedElsewhere: 'The landing zone.',
  }));
  // Of a document that is elsewhere no rule can tell what it bounds.
  for (const set of access.permissionSets.filter(({ permissionsBoundary }) => permissionsBoundary !== undefined))
    set.acknowledge = [
      ...(set.acknowledge ?? []),
      { rule: 'IdentityCenter-IC7', reason: 'The boundary of the landing zone ties roles to itself.' },
    ];
}

/** The same estate with the placement that it needs; what its lock file has placed stays. */
function withPlacement(files: EstateFiles): EstateFiles {
  return { ...files, [PLACEMENT_FILE]: planFiles(files).access?.placement.text ?? '' };
}

export function planFiles(files: EstateFiles, name = 'sandbox'): EstatePlan {
  return planEstate(memoryFolder(name, files));
}

/**
 * The sandbox, or the whole of it, deployed by the delegated administrator. It may not touch a set that is provisioned in the management
 * account, so the auditors' set has a twin for that account.
 */
export function delegatedSandbox(files: EstateFiles = sandboxFiles()): EstateFiles {
  return edited(files, ({ access }) => {
    access.deployFrom = 'delegated-admin';
  });
}

/** @throws Error if there is none: the sandbox changed, and the test's edit means nothing any more. */
export function itemOf<T>(items: readonly T[], isIt: (item: T) => boolean): T {
  const item = items.find(isIt);
  if (item === undefined) throw new Error(`no such item: ${isIt.toString()}`);
  return item;
}
