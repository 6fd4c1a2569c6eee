import { documentsOf } from '../../src/estate/sections/access/sets/policy-documents';
import { planEstate } from '../../src/estate/plan/estate-plan';
import { compareAbilities } from '../../src/preview/access/abilities';
import { type ComparedSide, Places } from '../../src/preview/compared-side';
import { type EstateFiles, memoryFolder } from '../../test/support/large-estate';

/** Plans a side of a comparison. */
export function sideOf(files: EstateFiles): ComparedSide {
  const plan = planEstate(memoryFolder('large', files));
  const [error] = plan.findings.filter(({ severity }) => severity === 'error');
  if (error !== undefined) throw new Error(`${error.path}: ${error.problem}`);
  return {
    estate: plan.estate,
    access: plan.access,
    places: new Places({ plan, files: [] }),
    documents: documentsOf(plan),
  };
}

/** Compares what people may do and prints what this took beyond both plans, and what the plans took. */
export function report(plan: () => readonly [before: ComparedSide, after: ComparedSide]): void {
  const planning = process.cpuUsage();
  const [before, after] = plan();
  const planned = process.cpuUsage(planning).user / 1e6;
  const [start, used, memory] = [performance.now(), process.cpuUsage(), process.memoryUsage.rss()];
  const changes = compareAbilities(before, after);
  const seconds = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(used).user / 1e6;
  const mebibytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - memory) / 2 ** 20;
  const ways = (changes?.abilities ?? []).flatMap(({ waysUp }) => waysUp).length;
  console.log(JSON.stringify({ changes: changes?.changes.length ?? 0, ways, seconds, cpu, mebibytes, planned }));
}
