import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPacked, packageFile } from '../src/package/contents/files';

/** File in the cloud assembly that says what it was made from. */
const STAMP = '.entra-aws-synthesis.json';

/** Files that come and go with each run of the CDK's CLI. */
const PASSING = /\.lock$|^validation-report\.json$/;

const Stamp = z.object({ made: z.string(), files: z.string() });

/** Folders that have all of this program: packed, or as it stands in its repository. */
const PROGRAM = isPacked ? ['dist/library', 'dist/lambda'] : ['constructs', 'lambda', 'src', 'stacks'];

/** Mark in a cloud assembly of what it was made from, by which a later run tells that it is still there as it was made. */
export class AssemblyStamp {
  private constructor(
    private readonly folder: string,
    private readonly made: string,
  ) {}

  /**
   * Undefined where npm has not written down which packages are installed: then nothing can be told.
   *
   * @param inputs all that the assembly depends on besides the program, its packages and Node
   */
  static of(folder: string, inputs: readonly string[]): AssemblyStamp | undefined {
    const packages = installedPackages();
    if (packages === undefined) return undefined;
    const program = PROGRAM.map((part) => hashOfTree(packageFile(part)));
    return new AssemblyStamp(folder, hashOf([process.version, packages, ...program, ...inputs]));
  }

  /** Tells whether the folder has the very assembly that these inputs gave, whole and unchanged. */
  isCurrent(): boolean {
    try {
      const { made, files } = Stamp.parse(JSON.parse(readFileSync(join(this.folder, STAMP), 'utf8')));
      return made === this.made && files === this.files();
    } catch {
      return false;
    }
  }

  /** Marks the assembly as made from these inputs. */
  mark(): void {
    const draft = join(this.folder, `${STAMP}.${process.pid}.lock`);
    writeFileSync(draft, JSON.stringify({ made: this.made, files: this.files() }));
    renameSync(draft, join(this.folder, STAMP));
  }

  /** Takes the mark away before another assembly is written. */
  remove(): void {
    rmSync(join(this.folder, STAMP), { force: true });
  }

  private files(): string {
    return hashOfTree(this.folder, (name) => name !== STAMP && !PASSING.test(name));
  }
}

/** npm's list of all that is installed, with versions and hashes. */
function installedPackages(): string | undefined {
  const lists = (require.resolve.paths('constructs') ?? []).map((folder) => join(folder, '.package-lock.json'));
  const list = lists.find((file) => existsSync(file));
  return list === undefined ? undefined : readFileSync(list, 'utf8');
}

/** Hash of the names and contents of all files of a folder. */
function hashOfTree(path: string, isIn: (name: string) => boolean = () => true): string {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && isIn(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return hashOf(files.flatMap((file) => [file, readFileSync(file)]));
}

/** Hash of texts of which none runs into the next. */
function hashOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
