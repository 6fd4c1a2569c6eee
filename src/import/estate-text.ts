import type { Pair, Scalar } from 'yaml';
import { Document, isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Organization } from '../estate/source/organization';
import type { AccessEntry } from '../estate/sections/access/schema';
import { SCHEMA_LINE } from '../estate/source/estate-folder';
import { apiVersion, ESTATE_VERSION } from '../estate/source/versions';
import { visible } from '../estate/source/visible';

const COMPATIBLE = { compat: 'yaml-1.1' } as const;

/** Longest list of names that is written on one line. */
const NAMES_ON_A_LINE = 5;

/**
 * The text of an estate file with the given access section. Account ids have the accounts' names beside them. Of an
 * estate file that exists, all other sections stay as they are. @throws Error unless that file is a YAML mapping
 */
export function estateText(access: AccessEntry, organization: Organization, existing?: string): string {
  const document = existing === undefined ? newDocument() : openDocument(existing);
  const section = document.createNode(access);
  document.set('access', section);
  if (existing === undefined) spaceOut(document.contents);
  visit(section, {
    Pair: (_, pair) => {
      describeAccount(pair, organization);
    },
  });
  for (const key of ['permissionSets', 'grants']) layOut(section, key);
  spaceOut(section);
  return textOf(document);
}

export function textOf(document: Document): string {
  return document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false });
}

/** An estate file without sections. */
export function newDocument(): Document {
  // Other readers of the file, such as Bicep, may take a date or `yes` for something else than text.
  const document = new Document({ apiVersion: apiVersion(ESTATE_VERSION) }, COMPATIBLE);
  document.commentBefore = SCHEMA_LINE.slice(1);
  return document;
}

/** @throws Error unless the text is a YAML mapping */
export function openDocument(text: string): Document {
  const document = parseDocument(text, COMPATIBLE);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`it is not YAML: ${error.message.split('\n', 1)[0] ?? ''}`);
  if (!isMap(document.contents)) throw new Error('it holds no sections');
  return document;
}

/** An id says little to a reader: the name goes beside it. */
function describeAccount(pair: Pair, organization: Organization): void {
  if (!isScalar(pair.key) || pair.key.value !== 'id' || !isScalar(pair.value)) return;
  const id: Scalar = pair.value;
  const name = organization.accountById.get(String(id.value))?.name;
  if (name !== undefined && name !== '') id.comment = ` ${visible(name)}`;
}

/** An empty line between the items of a list, and short lists of names on one line. */
export function layOut(section: unknown, key: string): void {
  const list = isMap(section) ? section.get(key) : undefined;
  if (!isSeq(list)) return;
  for (const [index, item] of list.items.entries()) {
    if (!isMap(item)) continue;
    item.spaceBefore = index > 0;
    for (const pair of item.items) if (isPair(pair)) writeOnOneLine(pair);
  }
}

/** An empty line before each key but the first. */
export function spaceOut(section: unknown): void {
  if (!isMap(section)) return;
  for (const { key } of section.items.slice(1)) if (isScalar(key)) key.spaceBefore = true;
}

function writeOnOneLine({ value }: Pair): void {
  if (isSeq(value) && value.items.length <= NAMES_ON_A_LINE && value.items.every(isScalar)) value.flow = true;
}
