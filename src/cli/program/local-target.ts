import { checkLocal, LocalTargetError, type Needs } from '../../clouds/local-target';
import { UsageError } from './cli';

/** Makes sure that `--against local` asks nothing elsewhere. @throws UsageError with all that is wrong */
export function requireTarget(against: 'cloud' | 'local', needs: Needs): void {
  if (against === 'cloud') return;
  try {
    checkLocal(process.env, needs);
  } catch (error) {
    throw error instanceof LocalTargetError ? new UsageError(error.message) : error;
  }
}

export const ONLY_AWS: Needs = { aws: true, graph: [], signIn: false };
