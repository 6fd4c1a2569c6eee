import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { planEstate } from '../estate/plan/estate-plan';
import type { EstatePlan } from '../estate/plan/planner';
import { type Holder, holderKey } from '../estate/sections/access/holder';
import {
  ESTATE_FILE,
  type EstateFolder,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  withTexts,
} from '../estate/source/estate-folder';
import { compareText } from '../estate/source/finding';
import { parseOrganization } from '../estate/source/organization';
import type { AdoptedAssignment, DeployedAccess, LeftThing } from './adopt';
import { estateText, openDocument } from './estate-text';
import { importAccess, type ImportedAccess, keptAccess, type KeptAccess, NOTHING_KEPT } from './import-access';

/** Access that was read from AWS. */
export interface ImportSource {
  readonly deployed: DeployedAccess;
  /** The text of `organization.json`. */
  readonly organizationText: string;
  /** Last day of the exceptions that users get who have assignments. @default they get none, and are left out */
  readonly usersUntil?: string | undefined;
}

/** An estate that says what is deployed. */
export interface ImportedEstate {
  /** Texts by the names of the files, in the order in which to write them. */
  readonly files: Readonly<Record<string, string>>;
  readonly plan: EstatePlan;
  /** Things that the estate does not hold. */
  readonly left: readonly LeftThing[];
  readonly counts: { readonly sets: number; readonly grants: number; readonly selectors: number };
}

/**
 * Makes the files of an estate from what is deployed. Of a folder that has an estate already, other sections of its file
 * stay, and of its access what AWS does not know; assignments stay where its placement file has them. Nothing is written. @throws Error if the estate file that
 * exists can't be read
 */
export function importEstate(
  folder: EstateFolder,
  { deployed, organizationText, usersUntil }: ImportSource,
): ImportedEstate {
  const { organization, issues } = parseOrganization(JSON.parse(organizationText));
  const [issue] = issues;
  if (organization === undefined || issue !== undefined) {
    throw new Error(`the organization can't be understood: ${issue?.problem ?? 'it is not a snapshot'}`);
  }
  const existing = existingText(folder);
  const kept = existing === undefined ? NOTHING_KEPT : keptOf(folder, existing);
  const imported = importAccess(deployed, organization, { kept, usersUntil });
  const text = estateText(imported.access, organization, existing);
  const plan = planEstate(withTexts(folder, { [ESTATE_FILE]: text, [ORGANIZATION_FILE]: organizationText }));
  verifyImport(text, plan, imported);
  const { permissionSets, grants } = imported.access;
  const selectors = grants.flatMap(({ accounts: { include, exclude = [] } }) => [...include, ...exclude]);
  return {
    // The estate file comes last: with it, the folder is an estate.
    files: {
      [ORGANIZATION_FILE]: organizationText,
      // Without access there is nothing to place, and an empty file would be a broken one.
      ...(plan.access && { [PLACEMENT_FILE]: plan.access.placement.text }),
      [ESTATE_FILE]: text,
    },
    plan,
    left: imported.left,
    counts: { sets: permissionSets.length, grants: grants.length, selectors: selectors.length },
  };
}

/** The part of the access section that stays. @throws Error if it can't be read */
function keptOf(folder: EstateFolder, existing: string): KeptAccess {
  openDocument(existing);
  return keptAccess(existing, planEstate(folder).estate.access);
}

/** The text of the estate file that exists. @throws Error if it can't be read */
export function existingText(folder: EstateFolder): string | undefined {
  const read = folder.read(ESTATE_FILE);
  if (read.kind === 'refused') throw new Error(`${folder.label}/${ESTATE_FILE} ${read.problem}`);
  return read.kind === 'text' ? read.text : undefined;
}

/**
 * Checks a written estate against what was read: its text must say the section, and its expansion must be the assignments,
 * no more and no less. @throws Error otherwise, which would be a fault of the import
 */
function verifyImport(text: string, plan: EstatePlan, imported: ImportedAccess): void {
  const written = (parse(text) as { readonly access?: unknown }).access;
  if (!isDeepStrictEqual(written, imported.access)) throw new Error('the estate file does not say what was read');
  const expanded = (plan.access?.expansion.assignments ?? []).map(({ holder, permissionSet, account }) =>
    keyOf({ holder, permissionSet, accountId: account.id }),
  );
  const expected = imported.assignments.map(keyOf).toSorted(compareText);
  if (!isDeepStrictEqual(expanded.toSorted(compareText), expected)) {
    throw new Error(`the estate would give ${expanded.length} assignments where ${expected.length} are deployed`);
  }
}

type Expanded = Omit<AdoptedAssignment, 'holder'> & { readonly holder: Holder };

function keyOf({ holder, permissionSet, accountId }: Expanded): string {
  return JSON.stringify([holderKey(holder), permissionSet, accountId]);
}
