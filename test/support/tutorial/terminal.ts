import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

interface Ended {
  readonly code: number;
  readonly output: string;
  /** Where the shell is now. */
  readonly folder: string;
}

const MARK = '=== end of the command ===';

/** A shell as a reader has it: what is exported and where it stands go on from command to command. */
export class Terminal {
  private output = '';
  private wake = (): void => undefined;

  private constructor(
    private readonly shell: ChildProcess,
    public folder: string,
  ) {
    for (const stream of [shell.stdout, shell.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.wake();
      });
    shell.on('exit', () => {
      this.wake();
    });
  }

  static open(folder: string, env: NodeJS.ProcessEnv): Terminal {
    // A process group of its own, so that all that a command started ends with it.
    const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, detached: true });
    return new Terminal(shell, folder);
  }

  /** Runs a command to its end. */
  async run(command: string): Promise<Ended> {
    this.output = '';
    this.type(`{ ${command}\n} </dev/null 2>&1; printf '\\n%s %s %s\\n' '${MARK}' "$?" "$PWD"`);
    const end = new RegExp(`\\n${MARK} (\\d+) (.*)\\n$`);
    const [, code, folder = this.folder] = await this.until(() => end.exec(this.output) ?? undefined);
    this.folder = folder;
    return { code: Number(code), output: this.output.replace(end, ''), folder };
  }

  /** Starts a command that stays, and waits for what it prints. @throws Error if it ends instead */
  async start(command: string, isReady: (output: string) => boolean): Promise<void> {
    this.type(`exec 2>&1; ${command} </dev/null; exit $?`);
    await this.until(() => (isReady(this.output) ? true : undefined));
  }

  /** All that the last command printed so far. */
  get printed(): string {
    return this.output;
  }

  /** Ends it as Ctrl-C does. */
  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.shell;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.shell, 'close');
    process.kill(-pid, 'SIGINT');
    // A shell that waits for its next command ends with its input.
    this.shell.stdin?.end();
    await ended;
  }

  private type(line: string): void {
    this.shell.stdin?.write(`${line}\n`);
  }

  private async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.shell.exitCode !== null) throw new Error(`ended with ${this.shell.exitCode}:\n${this.output}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
