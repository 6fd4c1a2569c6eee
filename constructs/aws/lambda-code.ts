import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import { lambdaFolder, type LambdaName } from '../../src/package/lambdas';

/**
 * The code of a function of this project, bundled beside the templates. `NodejsFunction` does the same, wants the lock file of
 * the project, and says so on the terminal at every synthesis.
 *
 * @throws Error outside of a Stage
 */
export function lambdaCode(scope: Construct, name: LambdaName): Code {
  const outdir = Stage.of(scope)?.outdir;
  if (outdir === undefined)
    throw new Error(`${scope.node.path}: must be below a Stage or an App, whose folder it bundles to`);
  return Code.fromAsset(lambdaFolder(name, join(outdir, 'bundles')));
}
