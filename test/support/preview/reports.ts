import type { OrganizationSpec } from '../estate-files';
import { memoryFolder, organizationText, SMALL_ORGANIZATION } from '../estate-files';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import type { EstateFolder } from '../../../src/estate/source/estate-folder';
import type { Synthesis } from '../../../src/preview/facts';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { buildReport } from '../../../src/preview/report';
import type { AccessChange } from '../../../src/preview/access/access-changes';
import type { Changes, Report } from '../../../src/preview/report';
import { joinPlaces, causePlaces } from '../../../src/preview/labels';

export const NO_TEMPLATES: Synthesis = { templates: [], issues: [] };

/** An estate in a test: its YAML text, and the organization that it is applied to. */
export interface EstateVersion {
  readonly estate: string;
  /** @default SMALL_ORGANIZATION */
  readonly organization?: OrganizationSpec;
  readonly files?: Readonly<Record<string, string>>;
}

export function folderOf({ estate, organization = SMALL_ORGANIZATION, files = {} }: EstateVersion): EstateFolder {
  return memoryFolder({ [ESTATE_FILE]: estate, [ORGANIZATION_FILE]: organizationText(organization), ...files });
}

export const BASE_COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** The report of an estate, against a base that is called `main`. */
export function reportOf(head: EstateVersion, base?: EstateVersion): Report {
  return reportOfFolders(folderOf(head), base && folderOf(base));
}

export function reportOfFolders(head: EstateFolder, base?: EstateFolder): Report {
  return buildReport(
    gatherFacts(head, {
      synthesize: () => NO_TEMPLATES,
      writesPlacement: true,
      ...(base && { base: { folder: base, revision: 'main', commit: BASE_COMMIT } }),
    }),
  );
}

export function changesOf(head: EstateVersion, base: EstateVersion): Changes {
  const { changes } = reportOf(head, base);
  if (changes === undefined) throw new Error('the report has no changes');
  return changes;
}

/** `Developers Admin [administrator]: app, web. new grant (places)` */
export function told(change: AccessChange): string {
  const risks = change.risks.length === 0 ? '' : ` [${change.risks.join(', ')}]`;
  const pending = change.state === 'pending' ? ' (pending)' : '';
  const accounts = change.accounts.map(({ name }) => name).join(', ');
  const reasons = change.reasons.map(({ text, place }) => (place ? `${text} (line ${place.line})` : text)).join(', ');
  const places = joinPlaces(causePlaces(change.causes)).replace('estates/demo/estate.yaml:', 'lines ');
  return `${change.group} ${change.permissionSet}${risks}${pending}: ${accounts}. ${reasons} (${places})`;
}

/** An estate of one permission set and one grant, as YAML with a line for each part. */
export function simpleEstate(parts: { set?: string; include?: string; exclude?: string; group?: string } = {}): string {
  const {
    set = '{ name: Reader, description: Reads., managedPolicies: [ReadOnlyAccess] }',
    include = '{ all: true }',
  } = parts;
  return [
    'access:',
    '  permissionSets:',
    `    - ${set}`,
    '  grants:',
    `    - group: ${parts.group ?? 'Developers'}`,
    '      permissionSets: [Reader]',
    '      accounts:',
    '        include:',
    `          - ${include}`,
    ...(parts.exclude === undefined ? [] : ['        exclude:', `          - ${parts.exclude}`]),
    '',
  ].join('\n');
}
