import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { eject } from '../../eject/eject';
import { readIfThere } from '../../estate/load/estate-folder';
import { PLACEMENT_FILE } from '../../estate/source/estate-folder';
import { readStackConfig } from '../program/chosen-estate';
import { printed, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import type * as commands from './options';

export async function run(options: OptionsOf<typeof commands.eject>): Promise<number> {
  const { name, plan } = readEstate(options);
  const out = options.out ?? join('plan', name, 'eject');
  const found = statSync(out, { throwIfNoEntry: false });
  if (found !== undefined && (!found.isDirectory() || readdirSync(out).length > 0)) {
    throw new UsageError(`--out ${out} must be an empty folder or a new one: its files stay as they are.`);
  }
  if ((plan.access?.placement.state ?? 'fresh') !== 'fresh') {
    throw new UsageError(
      `${PLACEMENT_FILE} is not up to date: run npx --no entra-aws preview, review the file and commit it.`,
    );
  }
  await eject(plan, {
    now: new Date(),
    configText: (stack) => readIfThere(`Pulumi.${stack}.yaml`),
    configOf: (stack) => ({ ...readStackConfig(stack), ...readCredentials(stack) }),
    write: (files, copies) => {
      writeFolder(out, files, copies);
    },
  });
  return printed(`${out} written. What to do with it: npx --no entra-aws docs leaving\n`);
}

/** Way of the stack with credentials, as its file has it. */
function readCredentials(stack: string): { readonly credentials?: string } {
  const document = parseDocument(readIfThere(`Pulumi.${stack}.yaml`) ?? '');
  const way = document.errors.length > 0 ? undefined : document.getIn(['config', 'entra-aws-identity:credentials']);
  return typeof way === 'string' ? { credentials: way } : {};
}

type Files = Readonly<Record<string, string>>;

/** Writes a folder whole or not at all: beside its place, and then moved there. */
function writeFolder(out: string, files: Files, copies: Files): void {
  const place = resolve(out);
  const draft = `${place}.${process.pid}.draft`;
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    for (const [path, from] of Object.entries(copies)) cpSync(from, join(draft, path), { recursive: true });
    // A folder that somebody filled meanwhile refuses it.
    renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
