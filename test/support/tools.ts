import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { REPOSITORY } from './repository';

/** Tools that suites need and that a machine may lack. `REQUIRED_TOOLS` names those that it must have, with commas between. */
const TOOLS = [
  'act',
  'azuread',
  'bash',
  'bicep',
  'buildah',
  'changesets',
  'docs',
  'fish',
  'gitlab-ci-local',
  'go',
  'java',
  'lint',
  'pulumi',
  'pulumi-language-nodejs',
  'pulumi-language-python',
  'python',
  'system',
  'zsh',
] as const;
export type Tool = (typeof TOOLS)[number];

const required = toolsOf(process.env['REQUIRED_TOOLS'] ?? '');

/** A suite that stands on a tool. */
export interface ToolSuite {
  readonly tool: Tool;
  readonly title: string;
  /** Reason why the tool can't be used here; undefined where it can. */
  readonly missing: string | undefined;
  /** Jest fails for snapshots whose tests it does not meet, so these are then met and skipped each. @default false */
  readonly hasSnapshots?: boolean;
}

/**
 * `describe` for a suite that stands on a tool. Where the tool is missing the suite is skipped and the reason printed; where
 * `REQUIRED_TOOLS` names the tool it fails instead, so that a machine that should have it can't pass without.
 */
export function describeWithTool(suite: ToolSuite, tests: () => void): void {
  if (suite.missing === undefined) describe(suite.title, tests);
  else leaveOut(suite, suite.hasSnapshots === true ? tests : undefined);
}

/** The same for a file that stands on tools as a whole: its `test`. Hooks run only if a test does. */
export function testWithTools(...suites: readonly ToolSuite[]): jest.It {
  const lacking = suites.filter(({ missing }) => missing !== undefined);
  for (const suite of lacking) leaveOut(suite);
  // Jest's `skip` has none itself.
  return lacking.length === 0 ? test : Object.assign(test.skip, { skip: test.skip });
}

function leaveOut({ tool, title, missing = '' }: ToolSuite, tests?: () => void): void {
  if (required.has(tool)) {
    test(`${title}: REQUIRED_TOOLS names ${tool}`, () => {
      throw new Error(missing);
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${title}: ${missing}\n`);
  describe.skip(title, () => {
    test(`is skipped: ${missing}`, () => undefined);
    tests?.();
  });
}

/** Folders with a lock file of their own, for what plan and most tests do without. */
export const FOLDERS = {
  changesets: '.ci/changesets',
  docs: 'docs',
  'gitlab-ci-local': '.ci/gitlab-ci-local',
  lint: '.ci/lint',
  system: '.ci/system',
} as const satisfies Partial<Record<Tool, string>>;

const Package = z.object({ devDependencies: z.record(z.string(), z.string()) });

/** Packages of such a folder, as the tool that a suite stands on. */
export function packagesOf(tool: keyof typeof FOLDERS): Pick<ToolSuite, 'tool' | 'missing'> {
  const folder = join(REPOSITORY, FOLDERS[tool]);
  const { devDependencies } = Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const lacking = Object.keys(devDependencies).filter((name) => !existsSync(join(folder, 'node_modules', name)));
  const isInstalled = lacking.length === 0;
  return {
    tool,
    missing: isInstalled ? undefined : `npm ci --prefix ${FOLDERS[tool]} would bring ${lacking.join(', ')}`,
  };
}

/** @throws Error if the list names a tool that no suite needs: a misspelt one would require nothing. */
export function toolsOf(list: string): ReadonlySet<Tool> {
  const names = list.split(',').filter((name) => name !== '');
  return new Set(
    names.map((name) => {
      const tool = TOOLS.find((known) => known === name);
      if (tool === undefined) throw new Error(`REQUIRED_TOOLS: '${name}' must be one of ${TOOLS.join(', ')}`);
      return tool;
    }),
  );
}
