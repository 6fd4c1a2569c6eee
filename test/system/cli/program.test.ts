import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../../../package.json';
import { EXAMPLE, PROGRAM, REPOSITORY } from '../../support/repository';
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

function run(args: readonly string[], { cwd = EXAMPLE, env = {} }: Options = {}): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Names of the commands, as the completion offers them. */
function commandNames(): readonly string[] {
  return run(['completion', 'bash', '--', '']).stdout.split('\n');
}

/** Command lines of all commands, with those below another one. */
function commandLines(): readonly (readonly string[])[] {
  return commandNames().flatMap((name) => {
    const [, parts = ''] = /\nCommands:\n(.*?)\n\n/s.exec(`${run([name, '--help']).stdout}\n\n`) ?? [];
    return [[name], ...[...parts.matchAll(/^ {2}(\S+)/gm)].map(([, part = '']) => [name, part])];
  });
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
  const lines = commandLines();
  expect(lines).toContainEqual(['deploy', 'check']);
  for (const words of lines) {
    const { code, stdout, stderr } = run([...words, '--help'], { env: { NODE_DEBUG: 'module' } });
    expect({ words, code }).toEqual({ words, code: 0 });
    expect(stdout).toContain(`Usage: entra-aws ${words.join(' ')} `);
    if (!stdout.includes('[command]\n')) expect(stdout).toMatch(/Exit codes: 0 .*, 1 .*, 2 usage error\.\n$/s);
    expect(stderr).not.toMatch(/node_modules\/(aws-cdk-lib|@aws-sdk|@pulumi|@azure)\//);
  }
});

test('at most sixteen commands are at the top', () => {
  expect(commandNames().length).toBeLessThanOrEqual(16);
});

test.each([
  ['recover', 'deploy repair'],
  ['preflight', 'deploy check'],
  ['watch', 'preview --watch'],
  ['prove', 'scripts/prove.ts'],
])('the former name %s is answered with %s, and nothing runs', (former, present) => {
  const { code, stdout, stderr } = run([former, '--estate', 'sandbox', '--yes']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^entra-aws \S+ has another name now: .*\n$/);
  expect(stderr).toContain(present);
});

// The nearest name of `recover` and `reconcile` below deploy is `revoke`, which takes access away.
test.each<readonly [readonly string[], string]>([
  [['deploy', 'recover'], 'deploy repair stacks'],
  [['deploy', 'reconcile', '--yes'], 'deploy repair access'],
  [['deploy', 'preflight'], 'deploy check'],
  [['scim', 'rotate-scim-token'], 'scim rotate'],
  [['preview', 'watch'], 'preview --watch'],
])('%j has a former name below a command, and is answered with %j', (argv, present) => {
  const { code, stdout, stderr } = run(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(present);
  expect(stderr).not.toContain('Did you mean');
});

test.each([['scim']])('%s alone shows its help, as a wrong call', (name) => {
  const { code, stderr } = run([name]);
  expect(code).toBe(2);
  expect(stderr).toMatch(new RegExp(`^Usage: entra-aws ${name} [^]*\\n$`));
  expect(stderr).not.toContain('(outputHelp)');
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
  // Neither deploys.
  [['deploy', 'chek'], "unknown command 'deploy chek'\n(Did you mean deploy check?)\n"],
  [['ci', 'gat'], "unknown command 'ci gat'\n(Did you mean ci gate?)\n"],
  // The word that is too much is the second one.
  [['docs', 'drill', 'x', 'y'], "too many arguments for 'docs'. Expected 2 arguments but got 3: drill, x, y.\n"],
  [['scim', 'rotat'], "unknown command 'scim rotat'\n(Did you mean scim rotate?)\n"],
  [['deploy', '--estate', 'sandbox', 'revoke'], "--estate must come after 'deploy revoke', got it before\n"],
  [
    ['deploy', 'repair', 'stacks', '--take-over', 'x'],
    '--take-over is an option of customers and workforce, not of stacks\n',
  ],
  [['deploy', 'repair', 'stacks', '--timeout', '900'], '--timeout is an option of access, not of stacks\n'],
  [['deploy', 'repair', 'customers', '--concurrency', '2'], '--concurrency is an option of access, not of customers\n'],
  [['deploy', 'repair', 'access', '--check', '--yes'], "option '--check' cannot be used with option '--yes'\n"],
  [['deploy', 'revoke', '--check', '--yes'], "option '--check' cannot be used with option '--yes'\n"],
  [['deploy', 'roll-out', '--check', '--yes'], "option '--check' cannot be used with option '--yes'\n"],
  [['preview', '--port', '1'], '--port needs --watch\n'],
  [['deploy', 'repair'], "missing required argument 'what', one of access, stacks, customers, workforce\n"],
  [
    ['deploy', 'repair', '--estate', 'sandbox'],
    "missing required argument 'what', one of access, stacks, customers, workforce\n",
  ],
  [['help', 'deploy'], '--help explains a command: entra-aws --help\n'],
  [['deploy', 'help'], '--help explains a command: entra-aws deploy --help\n'],
  [['preview', '--watch', '--base', 'main'], "option '--watch' cannot be used with option '--base <revision>'\n"],
  [['preview', 'sandbox'], "too many arguments for 'preview'. Expected 0 arguments but got 1: sandbox.\n"],
  [['deploy', '--status', '--dry-run'], "option '--status' cannot be used with option '--dry-run'\n"],
  [
    ['doctor', '--against', 'mars'],
    "option '--against <target>' argument 'mars' is invalid. Allowed choices are cloud, local.\n",
  ],
  [['explain', '--group', 'a', '--account', ''], '--account must not be empty\n'],
  [
    ['snapshot', '--estate', 'sandbox', '--against', 'local'],
    '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n',
  ],
  [
    ['import', '--estate', 'new', '--against', 'local'],
    '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n',
  ],
  [
    ['who', '--estate', 'sandbox', '--user', 'a', '--when', '2099-01-01', '--against', 'local'],
    '--against local:\n  AWS_ENDPOINT_URL is missing: the address of moto\n' +
      "  ARM_METADATA_HOSTNAME is missing: npx --no entra-aws start graph writes it to the file 'azuread.env'\n",
  ],
  [
    ['scim', 'rotate', '--estate', 'sandbox', '--verify', '--against', 'local'],
    "--against local:\n  ARM_METADATA_HOSTNAME is missing: npx --no entra-aws start graph writes it to the file 'azuread.env'\n",
  ],
  [
    ['completion', 'tcsh'],
    "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
  ],
])('%j is a wrong call', (args, message) => {
  expect(run(args)).toEqual({ code: 2, stdout: '', stderr: message });
});

test.each(['SIGINT', 'SIGTERM'])('%s while a file is written in pieces leaves the old one, and no draft', (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'pieces-'));
  const file = join(folder, 'file');
  writeFileSync(file, 'before');
  const [write, path] = [join(REPOSITORY, 'src/cli/program/cli.ts'), file].map((text) => JSON.stringify(text));
  const script = `require(${write}).writeTogether([{ path: ${path}, text: (async function* () {
    yield 'a'.repeat(1_000_000);
    process.kill(process.pid, '${signal}');
    setInterval(() => undefined, 1_000);
    await new Promise(() => undefined);
  })() }]);`;
  const ended = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { cwd: REPOSITORY });
  expect(ended.signal).toBe(signal);
  expect(readdirSync(folder)).toEqual(['file']);
  expect(readFileSync(file, 'utf8')).toBe('before');
  rmSync(folder, { recursive: true });
});

describe('completion', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
    for (const estate of ['estates/acme', 'estates/sandbox', 'teams/globex']) {
      mkdirSync(join(folder, estate), { recursive: true });
      writeFileSync(join(folder, estate, 'estate.yaml'), '');
    }
    writeFileSync(join(folder, 'estates/acme/estate.yaml'), ESTATE);
    const scripts = { plan: 'entra-aws preview --estate acme', audit: 'npx --no entra-aws doctor', build: 'tsc' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    const program = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
    writeFileSync(join(folder, 'node_modules/.bin/entra-aws'), program, { mode: 0o755 });
    for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(script(shell), run(['completion', shell]).stdout);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const script = (shell: string): string => join(folder, `completion.${shell}`);

  /** Lines that a shell prints in a folder of the repository. */
  function linesOf(command: string, args: readonly string[]): readonly string[] {
    const { stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  }

  type Offer = (line: string) => readonly string[];

  /** As readline hands a line on: each `=` is a word of its own, and a quoted text is one. */
  const offeredByBash: Offer = (line) => {
    const words = line.match(/"[^"]*"?|'[^']*'?|=|[^\s="']+|(?<=[\s=])$/g) ?? [];
    const current = words.at(-1) ?? '';
    const complete = `source '${script('bash')}'
COMP_LINE=${quoted(line)} COMP_POINT=${line.length}
COMP_WORDS=(${words.map(quoted).join(' ')})
COMP_CWORD=${words.length - 1}
name=$(complete -p ${words[0] ?? ''} | grep -o '_entra[^ ]*')
$name ${words[0] ?? ''} ${quoted(current === '=' ? '' : current)} ''
printf '%s\n' "\${COMPREPLY[@]}"`;
    return linesOf('bash', ['-c', complete]).map((word) => word.replaceAll(/\\(.)/g, '$1').replace(/\/$/, ''));
  };

  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

  const ZSH = join(REPOSITORY, 'test/support/zsh-completions.zsh');
  const offeredByZsh: Offer = (line) =>
    linesOf('zsh', ['-f', ZSH, script('zsh'), line]).map((word) =>
      word.replace(/^--\w+=/, '').replaceAll(/\\(.)/g, '$1'),
    );

  /** Each with its meaning behind a tab; of `--estate=acme` all is offered, of a folder its slash too. */
  const offeredByFish: Offer = (line) =>
    linesOf('fish', ['--no-config', '-c', `source '${script('fish')}'; complete -C ${quoted(line)}`]).map((found) =>
      found
        .replace(/\t.*$/, '')
        .replace(/^--estate=/, '')
        .replace(/\/$/, ''),
    );

  const TRIED = [
    { tool: 'bash', offered: offeredByBash },
    { tool: 'zsh', offered: offeredByZsh },
    { tool: 'fish', offered: offeredByFish },
  ] as const;

  describe.each(TRIED)('in $tool', ({ tool, offered }) => {
    const missing = spawnSync(tool, ['--version']).error?.message;
    describeWithTool({ tool, title: `${tool} itself`, missing }, () => {
      test.each<readonly [string, readonly string[]]>([
        ['entra-aws do', ['docs', 'doctor']],
        ['entra-aws deploy re', ['repair', 'revoke']],
        ['entra-aws deploy repair st', ['stacks']],
        ['entra-aws deploy repair --ta', ['--take-over']],
        ['entra-aws deploy revoke --estate ', ['acme', 'sandbox']],
        ['entra-aws doctor drill --against ', ['cloud', 'local']],
        ['entra-aws --v', ['--version']],
        ['entra-aws explain --a', ['--account', '--action', '--against']],
        ['entra-aws explain --group Sec', ['Security Admins', "Security's Auditors"]],
        ['entra-aws explain --permission-set ', ['Reader']],
        ['entra-aws docs session-d', ['session-duration']],
        ['entra-aws doctor --only access-sn', ['access-snapshot']],
        ['entra-aws preview --estate ', ['acme', 'sandbox']],
        ['entra-aws preview --estate=', ['acme', 'sandbox']],
        ['entra-aws preview --estates teams --estate ', ['globex']],
        ['entra-aws preview --estates nowhere --estate ', []],
        ['entra-aws snapshot --against ', ['cloud', 'local']],
        ['entra-aws preview --out tea', ['teams']],
        ['entra-aws preview --base ', []],
        ['entra-aws preview tea', []],
        ['entra-aws completion z', ['zsh']],
        ['npx entra-aws do', ['docs', 'doctor']],
        ['npx --no entra-aws preview --estate ', ['acme', 'sandbox']],
        ['npm exec -- entra-aws explain --permission-set ', ['Reader']],
        ['npm run pl', ['plan']],
        ['npm run plan -- --estate ', ['acme', 'sandbox']],
        ['npm run audit -- --only access-sn', ['access-snapshot']],
      ])('completes %j', (line, expected) => {
        expect(offered(line).toSorted()).toEqual(expected);
      });
    });
  });

  test('bash inserts a name with spaces and quotes as one word', () => {
    const answer = (typed: string): string =>
      run(['completion', 'bash', '--', 'explain', '--group', typed], { cwd: folder }).stdout;
    expect(answer('Security\\ Ad')).toBe(String.raw`Security\ Admins`);
    expect(answer("Security\\'")).toBe(String.raw`Security\'s\ Auditors`);
    expect(answer('"Security A')).toBe('Security Admins');
  });

  test('a line of npm that runs another program is left to what completed it before', () => {
    const call = `source /dev/stdin <<< 'before() { COMPREPLY=(before); }; complete -F before npm'
source '${script('bash')}'; source '${script('bash')}'
COMP_LINE='npm run build -- --w'; COMP_WORDS=(npm run build -- --w); COMP_CWORD=4; COMP_POINT=20
_entra_aws_by npm --w -- ; echo "\${COMPREPLY[@]}"`;
    expect(linesOf('bash', ['-c', call])).toEqual(['before']);
  });

  test('without entra-aws on the PATH, bash gets one that calls that of the repository, and else npx', () => {
    const call = `cd estates/acme; PATH=/usr/bin:/bin; source '${script('bash')}'; entra-aws --version`;
    expect(linesOf('bash', ['-c', call])).toEqual([version]);
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    writeFileSync(join(elsewhere, 'npx'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const byNpx = `cd /; PATH='${elsewhere}:/usr/bin:/bin'; source '${script('bash')}'; entra-aws preview --out 'a b'`;
    expect(linesOf('bash', ['-c', byNpx])).toEqual(['--no', 'entra-aws', 'preview', '--out', 'a b']);
    rmSync(elsewhere, { recursive: true });
  });
});

const ESTATE = `workforce: { groups: [{ name: Security Admins }, { name: "Security's Auditors" }, { name: Others }] }
access: { permissionSets: [{ name: Reader }] }
`;
