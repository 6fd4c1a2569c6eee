import type { z } from 'zod';
import type { Access, Estate, InlinePolicy } from './estate';
import { EstateFile } from './estate-schema';
import type { Issue, Path } from '../source/finding';
import type { AccessEntry, PermissionSetEntry } from './access/schema';
import { PartialCustomersEntry } from './customers/schema';
import type { WorkforceEntry } from './workforce/schema';
import type { ItemList, Remainder } from './set-aside';
import { withoutFaults } from './set-aside';
import { quotedList } from '../source/suggest';
import type { Workforce } from './workforce/workforce';
import { issuesOf } from '../source/zod-issues';
import { readAttribute, readGrant, readPermissionSet } from './access/parse';
import { readAzure } from './azure/parse';
import type { CustomersParts } from './customers/parse';
import { readCustomersParts, readUserFlow, wholeCustomers } from './customers/parse';
import { readEmergency } from './emergency/parse';
import { readHosting } from './hosting/parse';
import { readLeavers } from './leavers/parse';
import { readPipeline } from './pipeline/parse';
import { readAwsApplication, readGroup } from './workforce/parse';

export interface ParsedEstate {
  readonly estate: Estate;
  /** What of the customers' section could be read; the estate has it only if it is whole. */
  readonly customers?: CustomersParts;
  readonly issues: readonly Issue[];
  /** Whether something at this place, around it or below it was set aside as faulty. */
  readonly isSetAside: (path: Path) => boolean;
}

/** What stands in a policy file that the estate refers to; undefined if it could not be read (reported elsewhere). */
export type PolicyFiles = (set: PermissionSetEntry, at: Path) => InlinePolicy | undefined;

/** Turns the file's value into the typed estate. Faulty items are reported and set aside; the others stay. */
export function parseEstate(name: string, value: unknown, policyOf: PolicyFiles): ParsedEstate {
  const first = EstateFile.safeParse(value ?? {});
  const issues = first.success ? emptyFile(value) : issuesOf(first.error, EstateFile, value);
  const faults = issues.map(({ at }) => at);
  const remainder = withoutFaults(value, faults);
  return {
    ...new EstateReader(name, remainder, policyOf).read(wholeSections(remainder.value)),
    issues,
    isSetAside: (path) => faults.some((fault) => isBelow(fault, path) || isBelow(path, fault)),
  };
}

function isBelow(path: Path, other: Path): boolean {
  return other.every((part, index) => path[index] === part);
}

/** Every section may be absent, but not all of them: that is a file that somebody emptied, or has yet to write. */
function emptyFile(value: unknown): readonly Issue[] {
  if (Object.keys(value ?? {}).length > 0) return [];
  const sections = Object.keys(EstateFile.shape);
  const allowed = `a section at least: ${quotedList(sections)}`;
  return [{ severity: 'error', code: 'empty-estate', at: [], problem: 'the file describes nothing', allowed }];
}

/** Of the customers every key stands for itself; another section that lacks what it can't do without is set aside whole. */
const Sections = EstateFile.extend({ customers: PartialCustomersEntry.optional() });
type Sections = z.infer<typeof Sections>;

function wholeSections(value: unknown): Sections {
  const parsed = Sections.safeParse(value);
  if (parsed.success) return parsed.data;
  const faulty = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const kept = Object.entries(value ?? {}).filter(([section]) => !faulty.has(section));
  return Sections.parse(Object.fromEntries(kept));
}

/** Where and from where it is deployed. */
function readDeployment({ azure, pipeline, hosting }: Sections): Pick<Estate, 'azure' | 'pipeline' | 'hosting'> {
  return {
    ...(azure && { azure: readAzure(azure, ['azure']) }),
    ...(pipeline && { pipeline: readPipeline(pipeline, ['pipeline']) }),
    ...(hosting && { hosting: readHosting(hosting, ['hosting']) }),
  };
}

/** Converts the parsed file's entries; every item remembers where it stands. */
class EstateReader {
  constructor(
    private readonly name: string,
    private readonly remainder: Remainder,
    private readonly policyOf: PolicyFiles,
  ) {}

  read(sections: Sections): Pick<ParsedEstate, 'estate' | 'customers'> {
    const { workforce, access, emergency } = sections;
    const parts = sections.customers && this.customers(sections.customers);
    const customers = parts && wholeCustomers(parts);
    const estate = {
      name: this.name,
      setAside: {
        permissionSets: this.remainder.namesOf('access.permissionSets'),
        groups: this.remainder.namesOf('workforce.groups'),
      },
      ...(workforce && { workforce: this.workforce(workforce) }),
      ...(access && { access: this.access(access) }),
      ...(emergency && { emergency: readEmergency(emergency, ['emergency']) }),
      ...(customers && { customers }),
      ...readDeployment(sections),
    };
    return { estate, ...(parts && { customers: parts }) };
  }

  private customers(entry: PartialCustomersEntry): CustomersParts {
    return readCustomersParts(entry, this.items('customers.userFlows', entry.userFlows ?? [], readUserFlow));
  }

  private workforce(entry: WorkforceEntry): Workforce {
    const { tenantId, awsApplication, alarms, leavers } = entry;
    const groups = this.items('workforce.groups', entry.groups, readGroup);
    return {
      ...(tenantId !== undefined && { tenantId }),
      groups,
      ...(awsApplication && {
        awsApplication: readAwsApplication(awsApplication, ['workforce', 'awsApplication'], groups),
      }),
      ...(alarms && { alarms: { at: ['workforce', 'alarms'], emails: alarms.emails } }),
      ...(leavers && { leavers: readLeavers(leavers, ['workforce', 'leavers']) }),
    };
  }

  private access(entry: AccessEntry): Access {
    return {
      deployFrom: entry.deployFrom ?? 'management',
      attributes: this.items('access.attributes', entry.attributes ?? [], readAttribute),
      permissionSets: this.items('access.permissionSets', entry.permissionSets, (set, at) =>
        readPermissionSet(set, at, this.policyOf(set, at)),
      ),
      grants: this.items('access.grants', entry.grants, readGrant),
    };
  }

  private items<E, T>(list: ItemList, entries: readonly E[], read: (entry: E, at: Path) => T): readonly T[] {
    return entries.map((entry, index) => read(entry, [...list.split('.'), this.remainder.originalIndex(list, index)]));
  }
}
