import { describeInEngine } from './engine-suite';
import type { InstalledPackage } from './installed-package';
describeInEngine(() => ({ folder: '/tmp/rel-team' }) as InstalledPackage);
