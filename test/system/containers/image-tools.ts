import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Variables } from './stack';

/** What an image says about itself. */
export interface ImageFacts {
  readonly bytes: number;
  readonly user: string;
  readonly labels: Variables;
  /** Command of the health check. */
  readonly healthcheck: readonly string[];
  readonly entrypoint: readonly string[];
}

export interface ContainerOptions {
  readonly image: string;
  readonly command: readonly string[];
  readonly variables: Variables;
  /** Places outside, by those inside. */
  readonly mounts: Variables;
}

/** Builds and runs images. Containers share the network of the machine. */
export interface ImageTool {
  readonly name: string;
  readonly build: (options: { file: string; context: string; tag: string; args?: Variables }) => void;
  readonly inspect: (image: string) => ImageFacts;
  readonly run: (options: ContainerOptions) => ChildProcess;
  readonly remove: () => void;
}

/** Docker with a daemon, or buildah as root; else the reason why there is none. */
export function findImageTool(folder: string): ImageTool | { readonly skipped: string } {
  if (process.platform !== 'linux')
    return { skipped: 'the base image is made of the Node of this machine: Linux only' };
  if (spawnSync('docker', ['info']).status === 0) return docker();
  if (spawnSync('buildah', ['--version']).status !== 0)
    return { skipped: 'neither a Docker daemon nor buildah is here' };
  return process.getuid?.() === 0 ? buildah(folder) : { skipped: 'buildah without a daemon needs root here' };
}

/** A base image with Node alone, of this machine's own: nothing is fetched, and there is not even a shell in it. */
export function buildBase(tool: ImageTool, folder: string): string {
  const context = join(folder, 'base');
  const node = realpathSync(process.execPath);
  for (const path of [...librariesOf(node), node]) {
    const place = join(context, path === node ? '/usr/bin/node' : path);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(path, place);
  }
  mkdirSync(join(context, 'tmp'), { mode: 0o1777 });
  const file = join(folder, 'Base');
  writeFileSync(file, 'FROM scratch\nCOPY . /\nENV PATH=/usr/bin\n');
  tool.build({ file, context, tag: 'localhost/node-base' });
  return 'localhost/node-base';
}

/** Paths as the loader finds them, links included. */
function librariesOf(program: string): readonly string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...text.matchAll(/(?:=> |^\s*)(?<path>\/\S+) \(/gm)].map(({ groups }) => groups?.['path'] ?? '');
}

function must(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 100_000_000 });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: ${stderr.slice(-4000)}${stdout.slice(-4000)}`);
}

const options = (flag: string, values: Variables, separator: string): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}${separator}${value}`]);

const mountsOf = (mounts: Variables): readonly string[] =>
  Object.entries(mounts).flatMap(([inside, outside]) => ['--volume', `${outside}:${inside}`]);

const Config = z.object({
  User: z.string(),
  Labels: z.record(z.string(), z.string()),
  Healthcheck: z.object({ Test: z.array(z.string()) }),
  Entrypoint: z.array(z.string()),
});

function factsOf(bytes: number, config: unknown): ImageFacts {
  const { User: user, Labels: labels, Healthcheck, Entrypoint: entrypoint } = Config.parse(config);
  return { bytes, user, labels, healthcheck: Healthcheck.Test, entrypoint };
}

function docker(): ImageTool {
  const built: string[] = [];
  return {
    name: 'docker',
    build: ({ file, context, tag, args = {} }) => {
      must('docker', ['build', '-f', file, '-t', tag, ...options('--build-arg', args, '='), context]);
      built.push(tag);
    },
    inspect: (image) => {
      const [found] = z
        .array(z.object({ Size: z.number(), Config: z.unknown() }))
        .parse(JSON.parse(must('docker', ['image', 'inspect', image])));
      return factsOf(found?.Size ?? 0, found?.Config);
    },
    run: ({ image, command, variables, mounts }) => {
      const hardening = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--tmpfs=/tmp'];
      const settings = [...options('--env', variables, '='), ...mountsOf(mounts)];
      return spawn('docker', ['run', '--rm', '--network=host', ...hardening, ...settings, image, ...command]);
    },
    remove: () => {
      spawnSync('docker', ['image', 'rm', '--force', ...built]);
    },
  };
}

/** Without a daemon, and without namespaces of its own: what a machine allows that is a container itself. */
function buildah(folder: string): ImageTool {
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const policy = join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  const inspect = (image: string): ImageFacts => {
    const { Docker } = z
      .object({ Docker: z.object({ config: z.unknown() }) })
      .parse(JSON.parse(must('buildah', [...storage, 'inspect', '--type', 'image', image])));
    const [listed] = z
      .array(z.object({ size: z.string() }))
      .parse(JSON.parse(must('buildah', [...storage, 'images', '--json', image])));
    const megabytes = /^(?<count>[\d.]+) MB$/.exec(listed?.size ?? '')?.groups?.['count'];
    if (megabytes === undefined) throw new Error(`size of ${image}: ${listed?.size ?? 'unknown'}`);
    return factsOf(Number(megabytes) * 1_000_000, Docker.config);
  };
  return {
    name: 'buildah',
    build: ({ file, context, tag, args = {} }) => {
      const settings = ['--format', 'docker', '--isolation', 'chroot', '--signature-policy', policy];
      const given = options('--build-arg', args, '=');
      must('buildah', [...storage, 'build', ...settings, ...given, '-f', file, '-t', tag, context]);
    },
    inspect,
    run: ({ image, command, variables, mounts }) => {
      const container = must('buildah', [...storage, 'from', '--signature-policy', policy, image]).trim();
      const settings = ['--isolation', 'chroot', ...options('--env', variables, '='), ...mountsOf(mounts)];
      const line = [...inspect(image).entrypoint, ...command];
      return spawn('buildah', [...storage, 'run', ...settings, container, '--', ...line]);
    },
    remove: () => {
      spawnSync('buildah', [...storage, 'rm', '--all']);
      spawnSync('buildah', [...storage, 'rmi', '--all', '--force']);
    },
  };
}
