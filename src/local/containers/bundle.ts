import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build as bundle, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { images, options } from '../../../apps/images.json';
import { packageFile } from '../../package/contents/files';

/** Contents of one image. */
interface Bundle {
  /** Folder below `dist/`. */
  readonly name: string;
  /** Programs, by the name of their file in the image. */
  readonly programs: Readonly<Record<string, string>>;
  /** Files and folders that the programs read, by their place in the image. */
  readonly files: Readonly<Record<string, string>>;
  /** True if the programs go by the names of their classes; it costs a call for each function whenever that is made. @default false */
  readonly keepsNames?: boolean;
}

export interface BundledImage {
  readonly folder: string;
  readonly metafile: Metafile;
}

const PAGES = 'apps/emulator/pages';
const PAGE_FILES = readdirSync(packageFile(PAGES)).filter((name) => !name.endsWith('.ts'));

const BUNDLES: readonly Bundle[] = [
  { name: 'api', ...images.api },
  { name: 'web', ...images.web },
  {
    name: 'emulator',
    programs: { b2c: 'src/local/services/b2c.ts', database: 'src/local/services/database.ts' },
    // oidc-provider stores what it issues under the names of its classes.
    keepsNames: true,
    files: {
      ...Object.fromEntries(PAGE_FILES.map((name) => [name, `${PAGES}/${name}`])),
      // LevelDB, for the libraries of either kind of Linux; it is looked for beside the program.
      'prebuilds/linux-x64': 'node_modules/classic-level/prebuilds/linux-x64',
      'prebuilds/linux-arm64': 'node_modules/classic-level/prebuilds/linux-arm64',
    },
  },
];

/**
 * Bundles each program with what it uses of its production dependencies, for the images: nothing is fetched, and no
 * `node_modules` is needed.
 *
 * @returns the folders that were written, and what went into them
 * @throws Error with esbuild's findings
 */
export async function bundleImages(out: string): Promise<readonly BundledImage[]> {
  return await Promise.all(
    BUNDLES.map(async (bundle) => {
      const folder = join(out, bundle.name);
      rmSync(folder, { recursive: true, force: true });
      const metafile = await bundlePrograms(bundle, folder);
      for (const [place, source] of Object.entries(bundle.files)) copy(packageFile(source), join(folder, place));
      return { folder, metafile };
    }),
  );
}

/** Bundles programs as they are in the images. @throws Error with esbuild's findings */
export async function bundlePrograms(
  { programs, keepsNames = false }: Pick<Bundle, 'programs' | 'keepsNames'>,
  folder: string,
): Promise<Metafile> {
  const { metafile } = await bundle({
    // Identifiers stay as they are: logs tell errors apart by the names of their classes.
    ...(options as BuildOptions),
    absWorkingDir: packageFile(),
    entryPoints: programs,
    outdir: folder,
    keepNames: keepsNames,
    plugins: [withExtensions],
    metafile: true,
  });
  return metafile;
}

/** dynalite requires its operations by computed names without extension; esbuild finds only whole names of files. */
const withExtensions: Plugin = {
  name: 'with-extensions',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]dynalite[/\\]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replaceAll(/require\(('\.\/\w+\/' \+ action)\)/g, "require($1 + '.js')") };
    });
  },
};

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}
