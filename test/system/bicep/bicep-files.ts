import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

export const BICEP_FOLDER = resolve(REPOSITORY, 'bicep');

const Decorated = z.object({ decorators: z.array(z.unknown()).default([]) });

/** Value after `=`: an object, or one inside of a loop or a condition. */
const Config = z.record(z.string(), z.unknown());

const Parameter = Decorated.extend({ type: z.string(), default: z.unknown() });
const Output = Decorated.extend({ type: z.string(), value: z.unknown() });
const Resource = Decorated.extend({
  type: z.string(),
  api_version: z.string(),
  existing: z.boolean(),
  config: Config,
});
const Module = Decorated.extend({ type: z.string(), detail: z.object({ path: z.string() }), config: Config });

const Tree = z.object({
  globals: z.object({ scope: z.object({ value: z.string() }) }),
  extensions: z.record(z.string(), z.unknown()).default({}),
  parameters: z.record(z.string(), Parameter).default({}),
  variables: z.record(z.string(), Decorated.extend({ value: z.unknown() })).default({}),
  resources: z.record(z.string(), Resource).default({}),
  modules: z.record(z.string(), Module).default({}),
  outputs: z.record(z.string(), Output).default({}),
});
export type BicepTree = z.infer<typeof Tree>;

const Parsed = z.record(z.string(), z.union([z.object({ tree: z.unknown() }), z.object({ error: z.string() })]));
export type ParsedFiles = z.infer<typeof Parsed>;

let trees: ReadonlyMap<string, BicepTree> | undefined;

/** Paths under bicep/ of all Bicep files, sorted. */
export function bicepFiles(): readonly string[] {
  const files = readdirSync(BICEP_FOLDER, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.bicep')).toSorted();
}

/** Answer of the parser about some files, by the names given. */
export function parseBicep(folder: string, files: readonly string[]): ParsedFiles {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const script = join(__dirname, 'parse_bicep.py');
  const { stdout, stderr, status } = spawnSync(python.python, [script, ...files], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Parsed.parse(JSON.parse(stdout));
}

/** The syntax trees of all files under bicep/, by path; throws if one has none. */
export function bicepTrees(): ReadonlyMap<string, BicepTree> {
  trees ??= new Map(
    Object.entries(parseBicep(BICEP_FOLDER, bicepFiles())).map(([file, parsed]) => [file, treeOf(file, parsed)]),
  );
  return trees;
}

/** The syntax tree of one file under bicep/. */
export function bicepTree(file: string): BicepTree {
  const tree = bicepTrees().get(file);
  if (tree === undefined) throw new Error(`no bicep/${file}`);
  return tree;
}

/** A resource of a file, by its symbolic name. */
export function resourceIn(file: string, name: string): z.infer<typeof Resource> {
  const resource = bicepTree(file).resources[name];
  if (resource === undefined) throw new Error(`no resource ${name} in bicep/${file}`);
  return resource;
}

/** The object of a resource or module, without the loop or the condition around it. */
export function bodyOf({ config }: { readonly config: Readonly<Record<string, unknown>> }): unknown {
  return 'condition' in config ? config['config'] : config;
}

/** Every path read from a variable by property access, such as `azure.location`, in the order of the file. */
export function readsOf(variable: string, node: unknown): readonly string[] {
  const path = accessPath(node);
  if (path[0] === variable && path.length > 1) return [path.slice(1).join('.')];
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap((child) => readsOf(variable, child));
}

const Operator = z.object({ operator: z.object({ type: z.string(), operands: z.record(z.string(), z.unknown()) }) });

/** `a.b.c` comes as an accessor of a and of an accessor; `a.b ?? 1` as an accessor of a and of what is coalesced. */
function accessPath(node: unknown): readonly string[] {
  if (typeof node === 'string') return [node];
  const parsed = Operator.safeParse(node);
  if (!parsed.success) return [];
  const { type, operands } = parsed.data.operator;
  const first = accessPath(operands['operand_1']);
  if (type === 'coalesce') return first;
  return type === 'property_accessor' ? [...first, ...accessPath(operands['operand_2'])] : [];
}

function treeOf(file: string, parsed: ParsedFiles[string]): BicepTree {
  if ('error' in parsed) throw new Error(`bicep/${file}: ${parsed.error}`);
  return Tree.parse(parsed.tree);
}
