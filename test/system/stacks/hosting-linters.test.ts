import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../support/cfn-lint';
import {
  expressMode,
  expressProduction,
  ownSubnets,
  plainTemplates,
  production,
  withDomain,
} from '../../support/hosting';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { temporaryFolder } from '../../support/templates';
import { SUPPRESSIONS } from './checkov-suppressions';
import { REPOSITORY } from '../../support/repository';

const CHECKOV = join(REPOSITORY, 'test/support/checkov.txt');

const root = temporaryFolder();
const folder = join(root, 'templates');

beforeAll(() => {
  mkdirSync(folder);
  const all = {
    sandbox: undefined,
    production,
    express: expressMode,
    subnets: ownSubnets,
    private: expressProduction,
    domain: withDomain,
  };
  for (const [name, edit] of Object.entries(all)) {
    const { data, services } = plainTemplates(edit);
    writeFileSync(join(folder, `${name}-data.json`), JSON.stringify(data));
    writeFileSync(join(folder, `${name}-services.json`), JSON.stringify(services));
  }
});

describeWithPython('cfn-lint', () => {
  test('finds nothing in the templates of the hosting', () => {
    const templates = readdirSync(folder);
    expect(templates).toHaveLength(12);
    expect(lint(folder, templates)).toEqual([]);
  });
});

interface Findings {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
  };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/** Findings of checkov in a folder; it has its rules with it and asks nobody. */
function check(templates: string): Findings {
  const python = pythonEnvironment(CHECKOV);
  if (!python.ok) throw new Error(python.reason);
  const args = ['--framework', 'cloudformation', '--directory', templates, '--compact', '--quiet', '--skip-download'];
  const { stdout, stderr, error } = spawnSync(python.bin('checkov'), [...args, '--output', 'json'], {
    encoding: 'utf8',
    // An address that nothing answers at: whatever it would fetch makes the test fail.
    env: { PATH: process.env['PATH'], HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' },
  });
  if (error !== undefined) throw error;
  if (!stdout.startsWith('{')) throw new Error(`checkov: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Findings;
}

describeWithPython(
  'checkov',
  () => {
    test('finds a topic that is not encrypted', () => {
      const faulty = mkdtempSync(join(root, 'faulty-'));
      const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } } };
      writeFileSync(join(faulty, 'faulty.json'), JSON.stringify(template));
      expect(check(faulty).results.failed_checks.map(({ check_id }) => check_id)).toEqual(['CKV_AWS_26']);
    });

    test('finds in the hosting what is meant to be, with its reason, and nothing else', () => {
      const { results, summary } = check(folder);
      expect(summary.parsing_errors).toBe(0);
      expect(summary.passed).toBeGreaterThan(300);
      const found = results.failed_checks.map(({ check_id, file_path, resource }) => ({
        check: check_id,
        of: `${file_path.slice(1).replace('.json', '')} ${resource}`,
      }));
      const matches = (suppression: (typeof SUPPRESSIONS)[number]) => (one: (typeof found)[number]) =>
        suppression.check === one.check && suppression.of.test(one.of);
      expect(found.filter((one) => !SUPPRESSIONS.some((suppression) => matches(suppression)(one)))).toEqual([]);
      expect(SUPPRESSIONS.filter((suppression) => !found.some(matches(suppression)))).toEqual([]);
    });
  },
  CHECKOV,
);
