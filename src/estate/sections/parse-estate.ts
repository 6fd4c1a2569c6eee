import type { z } from 'zod';
import type { Access, AccessPolicy, InlinePolicy, ParsedEstate } from './estate';
import type { EstateForm, PartialEstateFile } from './estate-schema';
import type { WrittenPolicy } from './access/policy-files';
import { MANAGED_KEYS, INLINE_KEYS } from './access/policy-files';
import type { Issue, Path } from '../source/finding';
import { withPositions } from '../source/located';
import { brokenRules } from './shared/broken-rules';
import { SECTION_NAMES } from './section';
import { withoutFaults } from './set-aside';
import { quotedList } from '../../text/suggest';
import { issuesOf } from '../source/zod-issues';

/** Reads a policy file that the estate refers to; undefined if it could not be read (reported elsewhere). */
export type PolicyFiles = (written: WrittenPolicy) => InlinePolicy | undefined;

/** An estate file that was read. */
interface Given {
  /** Name of the estate's folder. */
  readonly name: string;
  readonly value: unknown;
}

/** Turns the file's value into the typed estate. Faulty items are reported and set aside; the others stay. */
export function parseEstate(given: Given, form: EstateForm, policyOf: PolicyFiles): ParsedEstate {
  const { name } = given;
  const value = withPositions(given.value);
  const first = form.file.safeParse(value ?? {});
  const issues = first.success ? emptyFile(value) : issuesOf(first.error, form.file, value);
  const faults = issues.map(({ at }) => at);
  const remainder = withoutFaults(value, faults);
  const { written, sections: parsed } = wholeSections(remainder.value, form);
  const { customers, access, ...sections } = parsed;
  const whole = customers && form.wholeCustomers(customers);
  const readAccess = access && withPolicies(access, policyOf);
  const policies = remainder.namesOf('access.policies');
  const unread = unreadPolicies(access, readAccess);
  return {
    estate: {
      name,
      ...sections,
      ...(readAccess && { access: readAccess }),
      ...(whole && { customers: whole }),
      setAside: {
        permissionSets: remainder.namesOf('access.permissionSets'),
        groups: remainder.namesOf('workforce.groups'),
        policies: { has: (name) => unread.has(name) || policies.has(name) },
      },
    },
    ...(customers && { customers }),
    issues: [...issues, ...brokenRules(form.parts, written)],
    isSetAside: (path) => faults.some((fault) => isBelow(fault, path) || isBelow(path, fault)),
  };
}

function withPolicies(access: NonNullable<Sections['access']>, policyOf: PolicyFiles): Access {
  const permissionSets = access.permissionSets.map(({ inlinePolicy: document, inlinePolicyFile: file, ...set }) => {
    const inlinePolicy = policyOf({ at: set.at, keys: INLINE_KEYS, document, file });
    return { ...set, ...(inlinePolicy && { inlinePolicy }) };
  });
  const { policies, ...rest } = access;
  return {
    ...rest,
    permissionSets,
    ...(policies && { policies: policies.flatMap((policy) => policyOfEntry(policy, policyOf)) }),
  };
}

/** Names of policies whose document could not be read. */
function unreadPolicies(written: Sections['access'], read: Access | undefined): ReadonlySet<string> {
  const kept = new Set((read?.policies ?? []).map(({ name }) => name));
  return new Set((written?.policies ?? []).map(({ name }) => name).filter((name) => !kept.has(name)));
}

type Entry = NonNullable<NonNullable<Sections['access']>['policies']>[number];

/** A policy whose document could be read. */
function policyOfEntry(entry: Entry, policyOf: PolicyFiles): readonly AccessPolicy[] {
  const { document: written, documentFile: file, managedElsewhere: reason, accounts, ...policy } = entry;
  if (reason !== undefined) return [{ ...policy, kind: 'elsewhere', reason, ...(accounts && { accounts }) }];
  const document = policyOf({ at: policy.at, keys: MANAGED_KEYS, document: written, file });
  if (accounts === undefined) throw new Error(`the policy ${policy.name} needs accounts`);
  return document === undefined ? [] : [{ ...policy, kind: 'own', document, accounts }];
}

function isBelow(path: Path, other: Path): boolean {
  return other.every((part, index) => path[index] === part);
}

/** Every section may be absent, but not all of them: that is a file that somebody emptied, or has yet to write. */
function emptyFile(value: unknown): readonly Issue[] {
  if (Object.keys(value ?? {}).some((key) => key !== 'apiVersion')) return [];
  const allowed = `at least one section: ${quotedList(SECTION_NAMES)}`;
  return [{ severity: 'error', code: 'empty-estate', at: [], problem: 'the file describes nothing', allowed }];
}

type Sections = z.output<typeof PartialEstateFile>;

/** A section that lacks what it can't do without is set aside whole. */
function wholeSections(
  value: unknown,
  { parts }: EstateForm,
): { readonly written: unknown; readonly sections: Sections } {
  const parsed = parts.safeParse(value);
  if (parsed.success) return { written: value, sections: parsed.data };
  const faulty = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const kept = Object.entries(value ?? {}).filter(([section]) => !faulty.has(section));
  const written = Object.fromEntries(kept);
  return { written, sections: parts.parse(written) };
}
