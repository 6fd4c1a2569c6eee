import type { CustomersTenant, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import { type FactValue, isReference, type ProgramResource, type ProgramRun } from '../../preview/entra/facts';
import { valueAt } from '../../text/path';
import { type ApplicationChoice, withoutNamesakes } from './choose-applications';
import { customersFinders, type Finders, type Found, type Inputs, workforceFinders } from './finders';

/** Resources of a program that exist, and those that a deployment would create. */
export interface Adoption {
  /** Ids by `<type>::<name>`, as the stack's config `adopt` takes them. */
  readonly ids: Readonly<Record<string, string>>;
  /** The same for what is not there. */
  readonly created: readonly string[];
}

/** Finds each resource of the workforce program in a tenant. */
export function adoptWorkforce(run: ProgramRun, tenant: WorkforceTenant): Adoption {
  return adopt(run, workforceFinders(tenant));
}

/** Finds each resource of the customers program in a directory. Of applications of one name those that are chosen. */
export function adoptCustomers(run: ProgramRun, tenant: CustomersTenant, choice: ApplicationChoice): Adoption {
  return adopt(run, customersFinders({ ...tenant, applications: withoutNamesakes(tenant.applications, choice) }));
}

function adopt({ resources }: ProgramRun, finders: Finders): Adoption {
  const byKey = new Map(resources.map((resource) => [resource.key, resource]));
  const found = new Map<string, Found | undefined>();
  const find = (key: string): Found | undefined => {
    const resource = byKey.get(key);
    if (resource === undefined || found.has(key)) return found.get(key);
    // A program has no circles; this ends one all the same.
    found.set(key, undefined);
    const one = finders[resource.type]?.(inputsOf(resource, find));
    found.set(key, one);
    return one;
  };
  const own = resources.filter(({ kind, type }) => kind === 'resource' && !type.startsWith('pulumi:'));
  const entries = own.map((resource) => [nameOf(resource), find(resource.key)] as const);
  return {
    ids: Object.fromEntries(entries.flatMap(([name, one]) => (one === undefined ? [] : [[name, one.id]]))),
    created: entries.flatMap(([name, one]) => (one === undefined ? [name] : [])),
  };
}

function nameOf({ type, name }: ProgramResource): string {
  return `${type}::${name}`;
}

function inputsOf({ inputs }: ProgramResource, find: (key: string) => Found | undefined): Inputs {
  const textOf = (value: FactValue | undefined): string | undefined => {
    if (typeof value === 'string') return value;
    return isReference(value) ? find(value.$ref)?.outputs[value.property] : undefined;
  };
  return {
    text: (key) => textOf(inputs[key]),
    texts: (...path) => {
      const value = valueAt(inputs, path);
      return Array.isArray(value) ? value.flatMap((item: FactValue) => textOf(item) ?? []) : [];
    },
  };
}
