import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KnownAnswers, Question } from '../checks/known-answers';
import { NOTHING_KNOWN } from '../checks/known-answers';

const REPOSITORY = resolve(__dirname, '../../..');

const OPTIONS = ['--bundle', '--minify', '--keep-names', '--platform=node', '--target=node24', '--log-level=error'];

/**
 * A function of `lambda/` in one file, beside the templates. `NodejsFunction` does the same, and says so on the terminal at
 * every synthesis. Where the file is known from before, it is not bundled again.
 */
export function bundleOf(scope: Construct, name: string, known: KnownAnswers = NOTHING_KNOWN): Code {
  const outdir = Stage.of(scope)?.outdir;
  if (outdir === undefined)
    throw new Error(`${scope.node.path}: must be below a Stage or an App, whose folder it bundles to`);
  const folder = join(outdir, 'bundles', name);
  const file = join(folder, 'index.js');
  const question: Question<string> = { kind: 'bundle', about: [name, ...OPTIONS], isAnswer: isText };
  const text = known.find(question);
  if (text !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
    return Code.fromAsset(folder);
  }
  const command = [join(REPOSITORY, 'node_modules/.bin/esbuild'), join(REPOSITORY, 'lambda', name, 'main.ts')];
  const code = Code.fromCustomCommand(folder, [...command, ...OPTIONS, `--outfile=${file}`]);
  known.keep(question, readFileSync(file, 'utf8'));
  return code;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
