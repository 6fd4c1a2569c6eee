import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { StepId } from '../../../src/deploy/steps/step';
import type { FakePrograms } from '../fake-cli';
import { fakePrograms } from '../fake-cli';
import { pythonEnvironment } from '../python';
import { PROGRAM, REPOSITORY } from '../repository';
import { SANDBOX_ANSWERS } from './steps/sandbox-clouds';

/** Steps of Azure, Entra and GitHub, whose programs are fakes here. */
const ELSEWHERE: readonly StepId[] = [
  'directory',
  'preview-environment',
  'deploy-approval',
  'azure',
  'azure-logs',
  'preview-trust',
  'azure-workforce',
  'azure-customers',
  'deploy-trust',
  'pulumi-stacks',
  'customers',
  'workforce',
];

/**
 * Fills a folder for the PATH with the programs that `entra-aws deploy` runs: `npx` leads to the real program and
 * the real CLI of the CDK, `aws` asks AWS by botocore. `az`, `gh` and `pulumi` are fakes, who answer that everything of theirs is
 * deployed, `deploy repair` of a program that there is nothing to recover, and the doctor that Entra ID signs by what AWS has.
 */
export function cloudPrograms(folder: string): { readonly path: string; readonly fakes: FakePrograms } {
  const fakes = fakePrograms(folder);
  for (const name of ['az', 'gh', 'pulumi']) fakes.answer(name, SANDBOX_ANSWERS[name] ?? []);
  for (const step of ELSEWHERE) fakes.flag(step, true);
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(`aws needs Python: ${python.reason}`);
  script(join(folder, 'npx'), NPX);
  script(join(folder, 'aws'), `#!/bin/sh\nexec "${python.python}" "${REPOSITORY}/test/support/aws_cli.py" "$@"\n`);
  symlinkSync(process.execPath, join(folder, 'node'));
  const path = [folder, join(REPOSITORY, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']];
  return { path: path.join(delimiter), fakes };
}

function script(file: string, content: string): void {
  writeFileSync(file, content);
  chmodSync(file, 0o755);
}

/** `npx --no cdk`, or `entra-aws`. */
const NPX = `#!/bin/sh
[ "$1" = --no ] || exit 97
name="$2"; shift 2
case "$name $*" in
  cdk*) exec "${process.execPath}" "${join(REPOSITORY, 'node_modules/aws-cdk/bin/cdk')}" "$@" ;;
  'entra-aws deploy repair customers'* | 'entra-aws deploy repair workforce'*) exit 0 ;;
  'entra-aws doctor '*'--only saml-upload'* | 'entra-aws doctor '*'-identities'*) exit 0 ;;
  entra-aws*) exec "${process.execPath}" "${PROGRAM}" "$@" ;;
  *) exit 97 ;;
esac
`;
