import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLambda, lambdaOptions, packedLambda, type LambdaName } from '../../../src/package/contents/lambdas';
import type { KnownAnswers, Question } from '../checks/known-answers';
import { answerTo, NOTHING_KNOWN } from '../checks/known-answers';

/**
 * A function of `lambda/` in one file: what the package brings, or else made beside the templates. `NodejsFunction` does the
 * same, wants the lock file of the project, and says so on the terminal at every synthesis. Where the file is known from
 * before, it is not bundled again.
 *
 * @throws Error outside of a Stage
 */
export function bundleOf(scope: Construct, name: LambdaName, known: KnownAnswers = NOTHING_KNOWN): Code {
  const packed = packedLambda(name);
  if (packed !== undefined) return Code.fromAsset(packed);
  const outdir = Stage.of(scope)?.outdir;
  if (outdir === undefined)
    throw new Error(`${scope.node.path}: must be below a Stage or an App, whose folder it bundles to`);
  const folder = join(outdir, 'bundles', name);
  const file = join(folder, 'index.js');
  const about = [name, JSON.stringify(lambdaOptions(name))];
  const question: Question<string> = { kind: 'bundle', about, isAnswer: isText };
  const text = answerTo(known, question, () => {
    bundleLambda(name, folder);
    return readFileSync(file, 'utf8');
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  return Code.fromAsset(folder);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
