import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scripts, version } from '../../../package.json';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { describeWithTool } from '../../support/tools';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function run(args: readonly string[], { cwd = REPOSITORY, env = {} }: Options = {}): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Names of the commands, as the completion of fish has them. */
function commandNames(): readonly string[] {
  const { stdout } = run(['completion', 'fish']);
  return [...stdout.matchAll(/-n __fish_use_subcommand -a (\S+)/g)].map(([, name = '']) => name);
}

test('--help lists every command with what it does, and -h is the same', () => {
  const { code, stdout, stderr } = run(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: entra-aws \[options\] \[command\]\n/);
  for (const name of commandNames()) expect(stdout).toMatch(new RegExp(`^ {2}${name} .*[a-z]`, 'm'));
  expect(run(['-h']).stdout).toBe(stdout);
});

test('--version is that of the package', () => {
  expect(run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('every command explains itself and its exit codes without loading an engine, an SDK or a cloud', () => {
  for (const name of commandNames()) {
    const { code, stdout, stderr } = run([name, '--help'], { env: { NODE_DEBUG: 'module' } });
    expect({ name, code }).toEqual({ name, code: 0 });
    expect(stdout).toContain(`Usage: entra-aws ${name} `);
    expect(stdout).toMatch(/Exit codes: 0 .*, 1 .*, 2 called wrongly\.\n$/s);
    expect(stderr).not.toMatch(/node_modules\/(aws-cdk-lib|@aws-sdk|@pulumi|@azure)\//);
  }
});

test('without a command it shows the help, as a wrong call', () => {
  const { code, stderr } = run([]);
  expect(code).toBe(2);
  expect(stderr).toContain('Usage: entra-aws');
});

test.each<readonly [readonly string[], string]>([
  [['prevew'], "unknown command 'prevew'\n(Did you mean preview?)\n"],
  [['frobnicate'], "unknown command 'frobnicate'\n"],
  [['preview', '--bsae', 'main'], "unknown option '--bsae'\n(Did you mean --base?)\n"],
  [['preview', '--estate'], "option '--estate <name>' argument missing\n"],
  [['preview', 'sandbox'], "too many arguments for 'preview'. Expected 0 arguments but got 1: sandbox.\n"],
  [['deploy', '--status', '--dry-run'], "option '--status' cannot be used with option '--dry-run'\n"],
  [
    ['doctor', '--against', 'mars'],
    "option '--against <target>' argument 'mars' is invalid. Allowed choices are cloud, local.\n",
  ],
  [['explain', '--group', 'a', '--account', ''], '--account must not be empty\n'],
  [['snapshot', '--against', 'local'], '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n'],
  [
    ['import', '--estate', 'new', '--against', 'local'],
    '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n',
  ],
  [
    ['who', '--user', 'a', '--when', '2099-01-01', '--against', 'local'],
    '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n' +
      "  ARM_METADATA_HOSTNAME is missing: npm run emulator writes it to the file 'azuread.env'\n",
  ],
  [
    ['rotate-scim-token', '--verify', '--against', 'local'],
    "--against local:\n  ARM_METADATA_HOSTNAME is missing: npm run emulator writes it to the file 'azuread.env'\n",
  ],
  [
    ['completion', 'tcsh'],
    "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
  ],
])('%j is a wrong call', (args, message) => {
  expect(run(args)).toEqual({ code: 2, stdout: '', stderr: message });
});

test('options that npm kept for itself are answered with the right command', () => {
  const env = { npm_lifecycle_event: 'preview', npm_config_estate: 'true' };
  expect(run(['preview', 'acme'], { env })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      "npm took --estate for itself, so nothing was done. Options of a command stand after '--': npm run preview -- --estate acme\n",
  });
});

test('a command goes on without a flag that npm took, and says so', () => {
  const env = { npm_lifecycle_event: 'explain', npm_config_json: 'true' };
  const { code, stdout, stderr } = run(['explain', '--group', 'Claims Developers', '--account', 'claims-test'], {
    env,
  });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^npm took --json for itself, so the command runs without it\. .*\n$/) as string,
  });
  expect(stdout).toContain('Claims Developers');
});

test('npm run NAME is entra-aws NAME', () => {
  for (const name of commandNames().filter((one) => one !== 'completion'))
    expect(scripts).toHaveProperty(
      [name],
      expect.stringMatching(new RegExp(`^node (--\\S+ )*src/cli/entra-aws.cjs ${name}$`)),
    );
});

describe('completion', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
    for (const estate of ['estates/acme', 'estates/sandbox', 'teams/globex']) {
      mkdirSync(join(folder, estate), { recursive: true });
      writeFileSync(join(folder, estate, 'estate.yaml'), '');
    }
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const script = (shell: string): string => {
    const file = join(folder, `completion.${shell}`);
    writeFileSync(file, run(['completion', shell]).stdout);
    return file;
  };

  /** Lines that a shell prints in the folder. */
  function linesOf(command: string, args: readonly string[]): readonly string[] {
    const { stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  }

  type Offer = (line: string) => readonly string[];

  /** As readline hands a line on: each `=` is a word of its own. */
  const offeredByBash: Offer = (line) => {
    const words = line.split(/(?<==)|(?==)| /);
    const complete = `source '${script('bash')}'
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_entra_aws
printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesOf('bash', ['-c', complete]);
  };

  const ZSH = join(REPOSITORY, 'test/support/zsh-completions.zsh');
  const offeredByZsh: Offer = (line) => linesOf('zsh', ['-f', ZSH, script('zsh'), line]);

  /** Each with its meaning behind a tab; of `--estate=acme` all is offered, of a folder its slash too. */
  const offeredByFish: Offer = (line) =>
    linesOf('fish', ['--no-config', '-c', `source '${script('fish')}'; complete -C '${line}'`]).map((found) =>
      found
        .replace(/\t.*$/, '')
        .replace(/^--estate=/, '')
        .replace(/\/$/, ''),
    );

  const SHELLS = [
    { tool: 'bash', offered: offeredByBash },
    { tool: 'zsh', offered: offeredByZsh },
    { tool: 'fish', offered: offeredByFish },
  ] as const;

  describe.each(SHELLS)('in $tool', ({ tool, offered }) => {
    const missing = spawnSync(tool, ['--version']).error?.message;
    describeWithTool({ tool, title: `${tool} itself`, missing }, () => {
      test.each<readonly [string, readonly string[]]>([
        ['entra-aws dr', ['drill']],
        ['entra-aws --v', ['--version']],
        ['entra-aws explain --a', ['--account']],
        ['entra-aws preview --estate ', ['acme', 'sandbox']],
        ['entra-aws preview --estate=', ['acme', 'sandbox']],
        ['entra-aws preview --estates teams --estate ', ['globex']],
        ['entra-aws preview --estates nowhere --estate ', []],
        ['entra-aws snapshot --against ', ['cloud', 'local']],
        ['entra-aws preview --out tea', ['teams']],
        ['entra-aws preview --base ', []],
        ['entra-aws preview tea', []],
        ['entra-aws completion z', ['zsh']],
      ])('completes %j', (line, expected) => {
        expect(offered(line).toSorted()).toEqual(expected);
      });
    });
  });

  test('a folder that is called like a command stays a command in bash', () => {
    mkdirSync(join(folder, 'build'));
    expect(offeredByBash('entra-aws bui')).toEqual(['build']);
    expect(readFileSync(script('bash'), 'utf8')).not.toContain('complete -o filenames');
  });

  test('a file with a space in its name is one answer in bash', () => {
    writeFileSync(join(folder, 'a report.md'), '');
    expect(offeredByBash('entra-aws preview --out a')).toEqual(['a report.md']);
  });
});
