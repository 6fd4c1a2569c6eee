/** Tools that suites need and that a machine may lack. `REQUIRED_TOOLS` names those that it must have, with commas between. */
const TOOLS = [
  'act',
  'azuread',
  'bash',
  'bicep',
  'buildah',
  'changesets',
  'fish',
  'gitlab-ci-local',
  'go',
  'pulumi',
  'pulumi-language-nodejs',
  'pulumi-language-python',
  'python',
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
}

/**
 * `describe` for a suite that stands on a tool. Where the tool is missing the suite is skipped and the reason printed; where
 * `REQUIRED_TOOLS` names the tool it fails instead, so that a machine that should have it can't pass without.
 */
export function describeWithTool({ tool, title, missing }: ToolSuite, tests: () => void): void {
  if (missing === undefined) {
    describe(title, tests);
    return;
  }
  if (required.has(tool)) {
    test(`${title}: REQUIRED_TOOLS names ${tool}`, () => {
      throw new Error(missing);
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${title}: ${missing}\n`);
  describe.skip(title, () => {
    test(`is skipped: ${missing}`, () => undefined);
  });
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
