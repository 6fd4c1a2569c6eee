import { count, formatNumber } from '../blocks/text';
import type { EntraChanges, ReportApplication, ReportProgram, ResourceChange } from './report-types';

export const PROGRAM_WORDS: Readonly<Record<ReportProgram['program'], string>> = {
  customers: 'Customers',
  workforce: 'Workforce',
};

export const KIND_WORDS: Readonly<Record<ReportApplication['kind'], string>> = {
  api: 'API',
  client: 'client',
  enterprise: 'enterprise application',
};

export const ACTION_WORDS: Readonly<Record<ResourceChange['action'], string>> = {
  create: 'created',
  update: 'changed',
  replace: 'replaced',
  delete: 'deleted',
};

/** `2 applications, 4 user flows, 26 resources`: what a program has, without what it has none of, resources excepted. */
export function contentsOf(program: ReportProgram): string {
  const scopes = program.applications.flatMap((application) => application.scopes).length;
  const parts: readonly (readonly [value: number, word: string, plural?: string])[] = [
    [program.applications.length, 'application'],
    [scopes, 'scope'],
    [program.consents.length, 'admin consent'],
    [program.identityProviders.length, 'identity provider'],
    [program.customAttributes.length, 'user attribute'],
    [program.apiConnectors.length, 'API connector'],
    [program.customExtensions.length, 'custom authentication extension'],
    [program.userFlows.length, 'user flow'],
    [program.groups.length, 'group'],
    [program.provisioning.length, 'provisioning job'],
    [program.conditionalAccess.length, 'Conditional Access policy', 'Conditional Access policies'],
    [program.resources.filter(({ kind }) => kind === 'resource').length, 'resource'],
  ];
  return parts
    .filter(([value, word]) => value > 0 || word === 'resource')
    .map(([value, word, plural]) => count(value, word, plural))
    .join(', ');
}

/** `1 created, 2 changed, 0 replaced, 0 deleted` */
export function changeCounts({ counts }: EntraChanges): string {
  const { created, updated, replaced, deleted } = counts;
  return `${formatNumber(created)} created, ${formatNumber(updated)} changed, ${formatNumber(replaced)} replaced, ${formatNumber(deleted)} deleted`;
}

/** Dangers of all changes, without repeating any. */
export function dangersOf({ abandoned, resources }: EntraChanges): readonly string[] {
  return [...new Set([...abandoned, ...resources.flatMap(({ dangers }) => dangers)])];
}
