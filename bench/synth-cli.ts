import { join } from 'node:path';
import type { Size } from './estate-folder';
import { SIZES, writeEstate } from './estate-folder';
import type { Run } from './measure';
import { inWorkspace, measureSynth, median, programFile, row, tableHead, times } from './measure';

/** Rounds of a size; the medians are shown. */
const ROUNDS = 3;

/** Runs of a round, one after the other: the machine's mood cancels out in their ratios. */
interface Round {
  readonly bare: Run;
  readonly ours: Run;
  /** Ours again, with nothing changed. */
  readonly again: Run;
}

/** Measures `cdk synth`, which writes the path of each construct into the templates, as users run it. */
export async function benchSynthCli(): Promise<void> {
  await inWorkspace(async (workspace) => {
    console.log('Medians of rounds that run in turn; time of all processes on a processor, memory of the largest\n');
    tableHead('What', 'Against', 'Ours', 'Reference', 'Processor time', 'Memory', 'Rounds');
    for (const size of SIZES) await benchSize(workspace, size);
  });
}

async function benchSize(workspace: string, size: Size): Promise<void> {
  const { assignments } = size;
  const estates = writeEstate(workspace, size);
  const out = (name: string): string => join(workspace, `cli-${name}-${assignments}`);
  const bare = { app: `node --import tsx ${programFile('synth-bare')} ${estates} ${out('bare')}`, out: out('bare') };
  const app = { app: 'node src/cli/cdk.cjs', context: [`estates=${estates}`, 'estate=large'] };
  // A pipeline keeps nothing of an earlier synthesis; a laptop does.
  const again = (): Promise<Run> => measureSynth({ ...app, out: out('again') }, { CI: '' });
  await again();
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({
      bare: await measureSynth(bare),
      ours: await measureSynth({ ...app, out: out('ours') }),
      again: await again(),
    });
  const pairs = [
    ['cdk synth of', 'cdk synth of bare Cfn constructs', 'ours', 'bare'],
    ['the same, with no change, of', 'the first one', 'again', 'ours'],
  ] as const;
  for (const [what, against, ours, reference] of pairs) {
    const ratios = (key: keyof Run): readonly number[] =>
      rounds.map((round) => round[ours][key] / round[reference][key]);
    const shown = (side: keyof Round): string => {
      const of = (key: keyof Run): number => median(rounds.map((round) => round[side][key]));
      return `${of('cpu').toFixed(2)} s, ${of('mebibytes').toFixed(0)} MiB`;
    };
    const span = (key: keyof Run): string => {
      const all = ratios(key);
      return `${times(median(all))} (${times(Math.min(...all))} to ${times(Math.max(...all))})`;
    };
    row(
      `${what} ${assignments}`,
      against,
      shown(ours),
      shown(reference),
      span('cpu'),
      span('mebibytes'),
      `${rounds.length}`,
    );
  }
}
