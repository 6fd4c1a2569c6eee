import { randomInt } from 'node:crypto';
import type { FaultRule } from '../../../apps/emulator/graph/faults';
import { seededRandom } from '../../../apps/emulator/base/seeded-random';
import type { LoggedRequest } from '../../../apps/emulator/base/request-log';
import type { PulumiKind } from '../../../src/estate/plan/stacks';
import { describeImports } from '../../support/engine-suite';
import type { EngineStack } from '../../support/engine-stack';
import { type HoldingGraph, killAt } from '../../support/killed-run';
import { badNames, ignoreOutputs, InterruptedPrograms } from '../../support/recovery/interrupted-programs';

/** Runs; `FAULT_RUNS=100` for more. */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 12);
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(1_000_000));

/** Runs of recovery and `up` within which a program must be as declared. */
const ROUNDS = 6;

const FAULTS: readonly FaultRule['kind'][] = ['throttled', 'unavailable', 'timeout', 'dropped', 'notFound'];
const KILLED = ['engine', 'plug-in'] as const;
type Trouble = (typeof FAULTS)[number] | (typeof KILLED)[number];

/** A request of an undisturbed run, as the one of its kind that comes after others. */
interface Moment {
  readonly method: string;
  readonly path: string;
  readonly skip: number;
  /** Plug-in that sent it. */
  readonly plugin: string;
}

/** A request may hold an id that only that run knew. */
function momentsOf(entries: readonly LoggedRequest[]): readonly Moment[] {
  const seen = new Map<string, number>();
  return entries.flatMap(({ method, path, client }) => {
    const plugin = /entragraph/.test(client ?? '') ? 'pulumi-resource-entragraph' : 'pulumi-resource-azuread';
    const isOfPlugin = /entragraph|terraform|azuread/i.test(client ?? '');
    if (!isOfPlugin || !/^\/(?:v1\.0|beta)\//.test(path)) return [];
    const bare = (path.split('?')[0] ?? '').replaceAll(/\/[^/]*[0-9a-f]{8}-[0-9a-f-]{27}[^/]*/gi, '/*');
    const key = `${method} ${bare}`;
    const skip = seen.get(key) ?? 0;
    seen.set(key, skip + 1);
    return [{ method, path: bare, skip, plugin }];
  });
}

describeImports('the programs of the sandbox, with whatever may go wrong', (folders) => {
  const isLinux = process.platform === 'linux';
  const random = seededRandom(SEED);
  const among = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new Error('there is nothing to choose from');
    return one;
  };
  const told: string[] = [];
  let programs: InterruptedPrograms;
  let moments: Readonly<Record<PulumiKind, readonly Moment[]>>;

  const undisturbed = async (program: PulumiKind): Promise<readonly Moment[]> => {
    let found: readonly Moment[] = [];
    await programs.withStack(program, async ({ stack }, { graph }) => {
      graph.emulator.log.clear();
      await stack.up();
      found = momentsOf(graph.emulator.log.entries);
    });
    return found;
  };

  beforeAll(async () => {
    ignoreOutputs();
    programs = await InterruptedPrograms.create(folders);
    moments = { customers: await undisturbed('customers'), workforce: await undisturbed('workforce') };
  });

  beforeEach(ignoreOutputs);

  afterEach(() => {
    jest.restoreAllMocks();
  });

  afterAll(() => {
    console.info([`fault matrix: seed ${SEED}, FAULT_SEED=${SEED} repeats it`, ...told].join('\n  '));
  });

  /** The run that goes wrong, in whatever way it ends. */
  async function disturb(
    engine: EngineStack,
    holding: HoldingGraph,
    { trouble, moment }: { readonly trouble: Trouble; readonly moment: Moment },
  ): Promise<void> {
    const { stack } = engine;
    const fault = FAULTS.find((one) => one === trouble);
    const { plugin, ...write } = moment;
    if (fault !== undefined) {
      holding.graph.emulator.faults.add({ kind: fault, ...write });
      await stack.up().catch((error: unknown) => error);
      return;
    }
    const victim = trouble === 'engine' ? undefined : plugin;
    // Another order of requests may never come to this one: then the run ends, and nothing was killed.
    await killAt(stack, holding, { ...write, plugin: victim }).catch((error: unknown) => error);
    engine.mend();
  }

  test.each(Array.from({ length: RUNS }, (_, run) => run))(
    'run %i ends as declared, with every name once',
    async (run) => {
      const program = among(['customers', 'workforce'] as const);
      const trouble = among<Trouble>(isLinux ? [...FAULTS, ...KILLED] : FAULTS);
      const isRead = trouble === 'notFound' || trouble === 'throttled' || trouble === 'unavailable';
      const moment = among(moments[program].filter(({ method }) => isRead || method !== 'GET'));
      const line = `${program}: ${trouble} at ${moment.method} ${moment.path} (${moment.skip} before)`;
      await programs.withStack(program, async (engine, holding) => {
        const { stack } = engine;
        const { graph } = holding;
        await disturb(engine, holding, { trouble, moment });
        graph.emulator.faults.clear();
        let rounds = 0;
        const isDone = async (): Promise<boolean> => {
          const { isSound } = await programs.recover(stack, graph.emulator, { program, check: true });
          return (
            isSound &&
            (await stack.preview({ expectNoChanges: true, refresh: true }).then(
              () => true,
              () => false,
            ))
          );
        };
        while (rounds < ROUNDS && !(await isDone())) {
          rounds += 1;
          await programs.recover(stack, graph.emulator, { program, yes: true, removeSpare: true, answer: true });
          await stack.up().catch((error: unknown) => error);
        }
        told.push(`${run}: ${line}: ${rounds} rounds`);
        expect({ line, isDone: await isDone(), bad: await badNames(graph) }).toEqual({ line, isDone: true, bad: [] });
      });
    },
  );
});
