import type { LoggedRequest } from '../../../apps/emulator/base/request-log';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import type { Edition } from './editions';
import type { Moment, Undisturbed } from './fault-plan';
import { GraphProcess } from './graph-process';
import { directoryOf, type InterruptedPrograms } from './interrupted-programs';

/** Runs a program without any fault: `first` in an empty directory, the others after it. */
export async function undisturbedRun(
  programs: InterruptedPrograms,
  program: PulumiKind,
  edition: Edition,
): Promise<Undisturbed> {
  const graph = await GraphProcess.start({ ...directoryOf(program), quirks: { lag: 'none' } });
  try {
    let before = 0;
    await programs.withEngine(program, graph.emulator, async ({ stack }, declare) => {
      if (edition !== 'first') {
        await stack.up();
        before = (await graph.requests()).length;
        declare(edition);
      }
      await stack.up();
    });
    const moments = momentsIn((await graph.requests()).slice(before));
    return { moments, directory: await graph.endAndRead() };
  } finally {
    await graph.stop();
  }
}

/** A request may hold an id that only that run knew, and requests sent in parallel have another order each time. */
function momentsIn(entries: readonly LoggedRequest[]): readonly Moment[] {
  const seen = new Map<string, number>();
  const found = entries.flatMap(({ method, path, client }) => {
    const plugin = /entragraph/.test(client ?? '') ? 'pulumi-resource-entragraph' : 'pulumi-resource-azuread';
    const isOfPlugin = /entragraph|terraform|azuread/i.test(client ?? '');
    if (!isOfPlugin || !/^\/(?:v1\.0|beta)\//.test(path)) return [];
    const bare = (path.split('?')[0] ?? '')
      .replaceAll(/\/[^/]*[0-9a-f]{8}-[0-9a-f-]{27}[^/]*/gi, '/*')
      .replaceAll(/\/[\w-]{40,}/g, '/*');
    const key = `${method} ${bare}`;
    const skip = seen.get(key) ?? 0;
    seen.set(key, skip + 1);
    return [{ method, path: bare, skip, plugin }];
  });
  const keyOf = ({ method, path, skip }: Moment): string => `${method} ${path} ${String(skip).padStart(4, '0')}`;
  return found.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
