import { type EstateFolder, ESTATE_FILE, ORGANIZATION_FILE } from '../source/estate-folder';
import { type Finding, formatPlace, type Path, type Place } from '../source/finding';
import { parseJson } from '../source/json-source';
import { type SourceDocument } from '../source/source-document';
import { parseYaml } from '../source/yaml-source';
import { formatPath, valueAt } from '../../text/values';

/** A value that would trust, address or name somebody else: one of the example's, or one that stands for any. */
export interface Placeholder extends Place {
  readonly path: string;
  readonly value: string;
}

/**
 * Names and ids of the estates of this repository. Whoever owns them is trusted, asked or written to by an estate that still
 * has them. `test/unit/package/example-estate.test.ts` and `test/unit/stacks/estates.test.ts` find one that is missing here.
 */
const OF_THE_EXAMPLE: readonly string[] = [
  String.raw`insurance/identity(?:/identity)?(?!/)`,
  'insuranceidentitystate',
  'insurance-identity',
  'contosoclaims',
  'contosocustomers',
  'd-93670a1b2c',
  'd-9067c0ffee',
  'giwb2c',
  'jogcloud(?:/identity|-identity|identitystate)(?!/)',
  'o-insurance01',
  'o-jogcloud01',
  'vpc-0c5d8e7f1a2b3c4d5',
  'subnet-0a1b2c3d4e5f60718',
  'subnet-0b2c3d4e5f6071829',
  'subnet-0c3d4e5f607182930',
  // Accounts, from 210000000001 on.
  String.raw`21000000\d{4}`,
  // Service connections, which are numbered, and an organization.
  '3d0f3f0a-7f43-4b6e-8a1e-5b8a6c1d0e[0-9a-f]{2}',
  '0c11a3f2-5b0e-4d26-9a77-3f2f5f1f7a01',
  '1a6c9e42-7b0d-4f83-95e1-c4d8f2b7a036',
  '3b9d7f15-64c2-4a0e-8d71-52f0c6e9a1b4',
  '3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32',
  '4f0b6c1e-2a7d-4c58-9e31-7b5d0a8f2c46',
  '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
  '6c0e2a94-1f7b-4d35-a8c6-90b1e4d7f20[1-4]',
  '7a1e5c38-2d94-4b06-9f57-c3d0e8a41b62',
  '8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352',
  '8e5d1c07-93b2-4f6a-b0e4-7a2c5d8f3e19',
  '9c3b1f02-6d5a-4e7b-8a14-2f0d7c6e5b38',
  'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
  'c7f2e8b1-3d50-4a69-9e14-b8d6a0c5f273',
  'e2b1c4d7-5a60-4f39-8c12-90d7b3a6f541',
  'e84a1f60-5c3d-4b97-a2f8-0d6b9c7e1352',
];

/** Domains that are for examples alone (RFC 2606, RFC 6761), and ids of nothing but zeros. */
const RESERVED: readonly string[] = [
  String.raw`(?:[\w-]+\.)*example\.(?:com|net|org)`,
  String.raw`(?:[\w-]+\.)+example`,
  '0{8}-(?:0{4}-){3}0{12}',
  '0{12}',
];

/** One of them as a whole word: another name that begins or ends alike is somebody's own. */
const PLACEHOLDER = new RegExp(
  String.raw`(?<![\w.-])(?:(?:${OF_THE_EXAMPLE.join('|')})(?![\w-])|(?:${RESERVED.join('|')})(?![\w-]|\.\w))`,
  'i',
);

/** Values of an estate's files that are not its own yet, in the order of the files. A file that can't be read has none. */
export function placeholdersIn(folder: EstateFolder): readonly Placeholder[] {
  const estate = open(folder, ESTATE_FILE, parseYaml);
  const organization = open(folder, ORGANIZATION_FILE, parseJson);
  // All of this file comes from AWS at once: its id speaks for the accounts, and a tag may name whatever it likes.
  const id = ['organization', 'id'];
  return [
    ...(estate === undefined ? [] : found(estate, { value: estate.value, at: [] })),
    ...(organization === undefined ? [] : found(organization, { value: valueAt(organization.value, id), at: id })),
  ];
}

function open<Source extends SourceDocument>(
  folder: EstateFolder,
  path: string,
  parse: (file: string, text: string) => Source,
): Source | undefined {
  const read = folder.read(path);
  return read.kind === 'text' ? parse(`${folder.label}/${path}`, read.text) : undefined;
}

function found(
  source: SourceDocument,
  { value, at }: { readonly value: unknown; readonly at: Path },
): readonly Placeholder[] {
  if (typeof value === 'string') {
    return PLACEHOLDER.test(value) ? [{ ...source.placeOf(at), path: formatPath(at), value }] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => found(source, { value: inner, at: [...at, key] }));
}

const AND_WOULD = 'for any, and would trust, address or name somebody else';
const areWhose = (count: number): string =>
  count === 1 ? `is still the example's, or stands ${AND_WOULD}` : `are still the example's, or stand ${AND_WOULD}`;

/** One finding for all of them; undefined where there is none. */
export function placeholderFinding(all: readonly Placeholder[], severity: Finding['severity']): Finding | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const files = [...Map.groupBy(all, ({ file }) => file)];
  const places = files.map(([file, ofFile], index) => {
    const lines = [...new Set(ofFile.map(({ line }) => line))];
    if (index > 0) return `${file}:${lines.join(', ')}`;
    return `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
  });
  return {
    ...placeOf(first),
    severity,
    code: 'placeholder-value',
    path: '',
    problem: `${all.length === 1 ? 'a value' : `${all.length} values`} ${areWhose(all.length)}`,
    allowed: `values of your own: ${places.join('; ')}`,
    related: [],
  };
}

const placeOf = ({ file, line, column }: Placeholder): Place => ({ file, line, column });

/** All of them in one text, each with its place. */
export function listPlaceholders(all: readonly Placeholder[]): string {
  const lines = all.map((one) => `  ${formatPlace(one)} ${one.path}: ${one.value}`);
  const these = all.length === 1 ? 'This value' : 'These values';
  return [`${these} ${areWhose(all.length)}. Give your own (placeholder-value):`, ...lines].join('\n');
}
