import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hideSecret } from '../../text/secrets';
import type { WantedToken } from '../forges/runner';

/** A token, and its end in milliseconds since 1970: infinite where nothing says it. */
export interface GivenToken {
  readonly text: string;
  readonly end: number;
}

/** Clock, and what gets tokens. */
export interface TokenSource {
  readonly get: (wanted: WantedToken) => Promise<GivenToken>;
  /** In milliseconds. */
  readonly now: () => number;
  /** Runs something later, unless it is called off. @returns what calls it off */
  readonly later: (milliseconds: number, work: () => void) => () => void;
  /** Says that a token could not be renewed. */
  readonly warn: (text: string) => void;
}

/** A token is renewed when half of its life is over, and no sooner than this after the last attempt. */
const SOONEST_MS = 20_000;
/** And no later: a timer for a longer time than 24 days runs at once. */
const LATEST_MS = 3_600_000;

/** A token of the job: the file in which it is renewed, its text as it is now, and the folder of the job. */
export interface JobToken {
  readonly file: string;
  readonly text: string;
  readonly folder: string;
}

interface TokenFile {
  readonly file: string;
  /** Audience and connection of the token. */
  readonly key: string;
  readonly wanted: WantedToken;
}

/** Tokens of a job in files of its own folder, each renewed while the job lasts. */
export class TokenFiles {
  private readonly tokens = new Map<string, JobToken>();
  private readonly timers = new Map<string, () => void>();
  private isStopped = false;

  /** @param folder exists, and goes with the job */
  constructor(
    private readonly folder: string,
    private readonly source: TokenSource,
  ) {}

  /** @throws Error if there is none */
  async tokenOf(wanted: WantedToken): Promise<JobToken> {
    const key = `${wanted.connection ?? ''} ${wanted.audience}`;
    return (
      this.tokens.get(key) ?? this.write({ file: join(this.folder, `token-${this.tokens.size + 1}`), key, wanted })
    );
  }

  /** Renews nothing any more. */
  stop(): void {
    this.isStopped = true;
    for (const callOff of this.timers.values()) callOff();
    this.timers.clear();
  }

  private async write(token: TokenFile): Promise<JobToken> {
    const { file, key, wanted } = token;
    const { text, end } = await this.source.get(wanted);
    hideSecret(text);
    // Whoever reads it meanwhile gets the old one or the new one, and no half.
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    const left = end - this.source.now();
    // One without an end lives as long as the job may.
    if (Number.isFinite(left)) this.renewIn(Math.min(Math.max(left / 2, SOONEST_MS), LATEST_MS), token);
    const written = { file, text, folder: this.folder };
    this.tokens.set(key, written);
    return written;
  }

  private renewIn(milliseconds: number, token: TokenFile): void {
    const callOff = this.source.later(milliseconds, () => {
      void this.write(token).catch((error: unknown) => {
        // Its folder went with the job.
        if (this.isStopped) return;
        this.source.warn(`a token could not be renewed: ${error instanceof Error ? error.message : String(error)}`);
        this.renewIn(SOONEST_MS, token);
      });
    });
    this.timers.set(token.key, callOff);
  }
}

/** Time at which a token ends, in milliseconds; infinite where it does not say so. */
export function endOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { exp } = claims as { readonly exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : Infinity;
  } catch {
    return Infinity;
  }
}

/** Makes a folder that is the job's alone. */
export function jobFolder(within: string): string {
  const folder = mkdtempSync(join(within, 'entra-aws-'));
  chmodSync(folder, 0o700);
  return folder;
}

export function removeJobFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
