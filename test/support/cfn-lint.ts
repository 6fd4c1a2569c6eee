import { spawnSync } from 'node:child_process';
import { pythonEnvironment } from './python';

/** The CDK writes the address of a nested template with Fn::Join, and names roles that a resource refers to as needed first. */
const IGNORED_CHECKS = ['I1022', 'W3005'];

/** The schema wants hyphens in an Identity Store id; newer stores also give 32 hexadecimal digits (aws/aws-cdk#38827). */
const FALSE_PRINCIPAL = /:E3031:'[0-9a-f]{32}' does not match '\^\(\[0-9a-f\]\{10\}-\|\)/;

/** Findings of cfn-lint, one a line, from informational ones up. */
export function lint(folder: string, templates: readonly string[]): readonly string[] {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const args = [
    '--format',
    'parseable',
    '--include-checks',
    'I',
    '--ignore-checks',
    ...IGNORED_CHECKS,
    '--',
    ...templates,
  ];
  const { stdout, stderr, error } = spawnSync(python.bin('cfn-lint'), args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !FALSE_PRINCIPAL.test(line));
}
