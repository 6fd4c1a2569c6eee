import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SANDBOX } from './repository';

/** A folder of its own, with or without a git repository. */
export interface TestFolder {
  readonly path: string;
  readonly write: (file: string, text: string) => void;
  readonly git: (...args: readonly string[]) => string;
  /** Commits everything. */
  readonly commit: (message: string) => void;
  readonly remove: () => void;
}

export function makeFolder(): TestFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'preview-')));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: path,
      encoding: 'utf8',
      env: gitEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    path,
    write: (file, text) => {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    git,
    commit: (message) => {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
    },
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A git repository with a copy of the sandbox, committed. */
export function makeSandboxRepository(): TestFolder {
  const folder = makeFolder();
  folder.git('init', '--quiet', '--initial-branch', 'main');
  cpSync(SANDBOX, join(folder.path, 'estates/sandbox'), { recursive: true });
  folder.commit('Begin');
  return folder;
}

/** Git without the configuration of whoever runs the tests. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const person = { NAME: 'Test', EMAIL: 'test@example.com' };
  const { PATH } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: person.NAME,
    GIT_AUTHOR_EMAIL: person.EMAIL,
    GIT_COMMITTER_NAME: person.NAME,
    GIT_COMMITTER_EMAIL: person.EMAIL,
  };
}
