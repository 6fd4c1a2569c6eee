import type { Timing } from '../../../src/deploy/forges/forge';
import { FakeGitHub } from '../fake-github';
import { FakeAzureDevOps } from './fake-azure-devops';
import type { FakeForge } from './fake-forge';
import { FakeGitLab } from './fake-gitlab';

/** The forges, each with what makes a fake of it. */
export const FAKES: readonly (readonly [string, () => FakeForge])[] = [
  ['GitHub', () => new FakeGitHub()],
  ['Azure DevOps', () => new FakeAzureDevOps()],
  ['GitLab', () => new FakeGitLab()],
];

/** A clock that notes down how long it was asked to wait, and does not. */
export function fakeTiming(timeoutMs = 30_000): { readonly timing: Timing; readonly waited: readonly number[] } {
  const waited: number[] = [];
  return { timing: { timeoutMs, wait: async (milliseconds) => Promise.resolve(waited.push(milliseconds)) }, waited };
}
