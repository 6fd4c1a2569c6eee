import { PLACEMENT_FILE } from '../../../estate/source/estate-folder';
import { count } from '../../../preview/blocks/text';
import { type Leaving, leavingText } from './leaving';

/**
 * Says which assignments the placement file has in another shard than where they are deployed.
 *
 * @returns whether there are such ones, so that a deployment must not begin
 */
export function tellMoved(all: readonly Leaving[], say: (line: string) => void): boolean {
  for (const leaving of all) {
    const { stack, moved } = leaving;
    if (moved.length === 0) continue;
    say(
      `${stack}: ${count(moved.length, 'assignment')} in another shard of ${PLACEMENT_FILE} than where they are deployed. ` +
        'CloudFormation would make each there before it is gone here, and fail. Nothing was removed.',
    );
    for (const one of moved) say(`  ${leavingText(leaving, one)}: deployed in shard ${one.shard}, not ${one.to}`);
    say(
      '  Put them back: npx --no entra-aws preview --base COMMIT, with the commit that is deployed, and commit the file.',
    );
  }
  return all.some(({ moved }) => moved.length > 0);
}
