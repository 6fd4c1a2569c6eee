import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { name, version } from '../../../package.json';
import { startBrowser } from '../../support/browser';
import { B2cAgent, plainText, signIn } from '../../support/b2c-agent';
import { missingTools } from '../../support/path-tool';
import { findTool } from '../../support/built-tools';
import { pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool, type Tool } from '../../support/tools';
import { takeComment } from '../../support/tutorial/comment-picture';
import { editText, hasLines } from '../../support/tutorial/edit-file';
import { installTarball } from '../../support/tutorial/install-tarball';
import { firstDifference, isShown } from '../../support/tutorial/match-output';
import {
  type CommandStep,
  type FileStep,
  parseTutorial,
  type TutorialStep,
} from '../../support/tutorial/parse-tutorial';
import { Terminal } from '../../support/tutorial/terminal';
import { InstalledPackage } from '../package/installed-package';

const TUTORIAL = 'docs/tutorial.md';

/** Folder of the reader's clone, as git names it. */
const CLONE = 'entra-aws-identity';
/** File that `npm pack` makes of a package with a scope. */
const TARBALL = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;

/** Where to put the picture of the comment, for a person to look at; without it there is none. */
const { TUTORIAL_SCREENSHOTS: screenshots } = process.env;
if (screenshots === undefined) process.stderr.write('\nSKIPPED: screenshots: TUTORIAL_SCREENSHOTS names no folder\n');

const steps = parseTutorial(readFileSync(join(REPOSITORY, TUTORIAL), 'utf8'));

/** Steps that do something else here than what the reader types, since nothing may be fetched. */
const RULES: Readonly<Record<string, { readonly instead: string; readonly apply: (folder: string) => string }>> = {
  'npm ci': { instead: 'nothing: the clone is installed', apply: () => '' },
  'npm pack': {
    instead: 'installed-package.ts, which packs and unpacks',
    apply: () => {
      installed = InstalledPackage.create();
      return `${TARBALL}\n`;
    },
  },
  [`npm install ../${CLONE}/${TARBALL}`]: {
    instead: 'install-tarball.ts: what was unpacked, and links to the packages of the clone',
    apply: (folder) => {
      if (installed === undefined) throw new Error('nothing was packed');
      installTarball(installed, folder, `../${CLONE}/${TARBALL}`);
      return '';
    },
  },
};

let installed: InstalledPackage | undefined;
let root: string;
let first: Terminal;
const terminals = new Map<string, Terminal>();

/** Whatever follows a step that failed would fail for another reason. */
let failed: string | undefined;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tutorial-'));
  symlinkSync(REPOSITORY, join(root, CLONE));
  mkdirSync(join(root, 'home'));
  first = Terminal.open(root, environment());
});

afterAll(async () => {
  for (const terminal of terminals.values()) await terminal.close();
  await first.close();
  installed?.remove();
  rmSync(root, { recursive: true, force: true });
});

/** A reader's environment: nothing that leads into the repository, or to an account. */
function environment(): NodeJS.ProcessEnv {
  const pulumi = findTool('pulumi');
  const folders = [
    dirname(process.execPath),
    ...('folder' in pulumi ? [pulumi.folder] : []),
    process.env['PATH'] ?? '',
  ];
  const user = { NAME: 'Reader', EMAIL: 'reader@example.com' };
  return {
    PATH: folders.join(delimiter),
    HOME: join(root, 'home'),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    ...Object.fromEntries(
      Object.entries(user).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    npm_config_update_notifier: 'false',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  };
}

/** Why a reader of this machine can't do a step; undefined where it can be done. */
function missing(tool: Tool): string | undefined {
  if (tool === 'python') {
    const python = pythonEnvironment();
    return python.ok ? undefined : python.reason;
  }
  const pulumi = findTool('pulumi');
  return 'skipped' in pulumi ? pulumi.skipped : missingTools(['pulumi-resource-azuread', 'pulumi-language-nodejs']);
}

function define(title: string, run: () => Promise<void>): void {
  test(title, async () => {
    if (failed !== undefined) throw new Error(`not run, since this failed: ${failed}`);
    failed = title;
    await run();
    failed = undefined;
  });
}

async function runCommand({ command, expected, terminal }: CommandStep): Promise<void> {
  if (terminal === undefined) {
    expect({ command, ...shown(expected, await outputOf(command)) }).toEqual({ command, code: 0 });
    return;
  }
  const another = Terminal.open(first.folder, environment());
  terminals.set(terminal, another);
  await another.start(command, (output) => isShown(expected, output));
}

async function outputOf(command: string): Promise<{ readonly code: number; readonly output: string }> {
  const rule = RULES[command];
  if (rule === undefined) return first.run(command);
  process.stderr.write(`\n${TUTORIAL}: instead of '${command}': ${rule.instead}\n`);
  return { code: 0, output: rule.apply(first.folder) };
}

/** How it ended and, where what is printed is not what the tutorial shows, from where on. */
function shown(
  expected: readonly string[],
  { code, output }: { readonly code: number; readonly output: string },
): object {
  const difference = firstDifference(expected, output);
  return { code, ...((difference !== undefined || code !== 0) && { difference, output }) };
}

function handleFile({ kind, file, lines }: FileStep): void {
  const path = join(first.folder, file);
  if (kind === 'create') {
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return;
  }
  const text = readFileSync(path, 'utf8');
  if (kind === 'edit') writeFileSync(path, editText(text, lines));
  else expect({ lines, isThere: hasLines(text, lines) }).toEqual({ lines, isThere: true });
}

async function doStep(step: TutorialStep): Promise<void> {
  if (step.kind === 'command') await runCommand(step);
  else handleFile(step);
}

function titleOf(step: TutorialStep): string {
  return `line ${step.line}: ${step.kind === 'command' ? step.command : `${step.kind} ${step.file}`}`;
}

interface StepsOfTool {
  readonly tool: Tool | undefined;
  readonly together: readonly TutorialStep[];
}

/** The steps in order, those together that follow each other and need the same tool. */
function stepsByTool(all: readonly TutorialStep[]): readonly StepsOfTool[] {
  const groups: { readonly tool: Tool | undefined; readonly together: TutorialStep[] }[] = [];
  for (const step of all) {
    const tool = step.kind === 'command' ? step.needs[0] : undefined;
    const last = groups.at(-1);
    if (last !== undefined && last.tool === tool) last.together.push(step);
    else groups.push({ tool, together: [step] });
  }
  return groups;
}

test('the rules for what may not be fetched are of commands that the tutorial has', () => {
  const commands = steps.map((step) => (step.kind === 'command' ? step.command : ''));
  expect(commands).toEqual(expect.arrayContaining(Object.keys(RULES)));
});

describe('the tutorial, step by step', () => {
  for (const { tool, together } of stepsByTool(steps)) {
    const tests = (): void => {
      for (const step of together) define(titleOf(step), () => doStep(step));
    };
    if (tool === undefined) tests();
    else describeWithTool({ tool, title: `${TUTORIAL} with ${tool}`, missing: missing(tool) }, tests);
  }

  define('then the reader signs in with what the application printed', async () => {
    const printed = terminals.get('application')?.printed ?? '';
    const [, url = ''] = /runs: {2}(\S+)/.exec(printed) ?? [];
    const [, email = '', password = ''] = /Sign in as {2}(\S+), password (\S+)/.exec(printed) ?? [];
    const agent = new B2cAgent();
    const page = await signIn(agent, await agent.open(`${url}/login`), { email, password });
    expect(plainText(page.html)).toContain('policy');
  });

  (screenshots === undefined ? test.skip : test)('takes the picture of the comment', async () => {
    const comment = readFileSync(join(first.folder, 'comment.md'), 'utf8');
    const { browser, close } = await startBrowser();
    for (const colorScheme of ['light', 'dark'] as const) {
      const path = (device: string): string => join(screenshots ?? '', `comment${device}-${colorScheme}.png`);
      await takeComment(browser, comment, { path: path(''), colorScheme, width: 900 });
      await takeComment(browser, comment, { path: path('-phone'), colorScheme, width: 390 });
    }
    await close();
  });
});
