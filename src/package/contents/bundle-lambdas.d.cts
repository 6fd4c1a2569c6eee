import type { BuildResult } from 'esbuild';

export declare const NAMES: readonly string[];
export declare function bundleLambda(name: string): Promise<BuildResult<{ write: false; metafile: true }>>;
export declare function lambdasBundled(): Promise<void>;
