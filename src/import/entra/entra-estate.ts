import { isMap, isScalar } from 'yaml';
import type { CustomersTenant, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { CustomersWords } from '../../estate/sections/customers/schema';
import type { WorkforceWords } from '../../estate/sections/workforce/schema';
import type { EstateFolder } from '../../estate/source/estate-folder';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { type EstatePlan, planEstate } from '../../estate/plan/estate-plan';
import { layOut, newDocument, openDocument, spaceOut, textOf } from '../estate-text';
import { existingText, overlay } from '../import-estate';
import { customersWords, type CustomersWordsOptions } from './customers-words';
import type { EntraLeft } from './left';
import { workforceWords, type WorkforceWordsOptions } from './workforce-words';

/** Directories that were read; either may be left out. */
export interface Tenants {
  readonly workforce?: WorkforceTenant;
  readonly customers?: CustomersTenant;
}

export type EntraWordsOptions = WorkforceWordsOptions & CustomersWordsOptions;

/** An estate that says what the directories have. */
export interface EntraEstate {
  /** Text of the estate file. */
  readonly text: string;
  readonly plan: EstatePlan;
  /** Things that the estate does not hold. */
  readonly left: readonly EntraLeft[];
}

interface Sections {
  readonly workforce?: WorkforceWords;
  readonly customers?: CustomersWords;
}

/**
 * Makes the file of an estate from directories. Of a file that exists, the keys that were read are replaced; all others stay,
 * with their comments. Nothing is written. @throws Error if the file can't be read, or a directory takes a choice
 */
export function entraEstate(folder: EstateFolder, tenants: Tenants, options: EntraWordsOptions): EntraEstate {
  const workforce = tenants.workforce && workforceWords(tenants.workforce, options);
  const customers = tenants.customers && customersWords(tenants.customers, options);
  const text = entraText(
    { ...(workforce && { workforce: workforce.words }), ...(customers && { customers: customers.words }) },
    existingText(folder),
  );
  return {
    text,
    plan: planEstate(overlay(folder, { [ESTATE_FILE]: text })),
    left: [...(workforce?.left ?? []), ...(customers?.left ?? [])],
  };
}

/** Lists that get an empty line between their items. */
const LISTS = ['userFlows'];

function entraText(sections: Sections, existing: string | undefined): string {
  const document = existing === undefined ? newDocument() : openDocument(existing);
  const all: readonly (readonly [string, object | undefined])[] = [
    ['workforce', sections.workforce],
    ['customers', sections.customers],
  ];
  for (const [name, words] of all) {
    if (words === undefined) continue;
    const found = document.get(name, true);
    if (!isMap(found) && !isEmpty(found))
      throw new Error(`the section '${name}' must be a mapping; nothing was written`);
    if (!isMap(found)) document.set(name, document.createNode(words));
    else for (const [key, value] of Object.entries<unknown>({ ...words })) found.set(key, document.createNode(value));
    const section = document.get(name, true);
    for (const list of LISTS) layOut(section, list);
    spaceOut(section);
  }
  return textOf(document);
}

/** Tells whether a key is missing, or has nothing behind it. */
function isEmpty(node: unknown): boolean {
  return node === undefined || (isScalar(node) && node.value === null);
}
