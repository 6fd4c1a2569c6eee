import { type Check, examine, failure, ok } from '../../check';
import { at } from './places';

/** An older checkout takes back what was merged and deployed since: its grants are not those of now. */
export const newestCheckout: Check = {
  id: 'preflight-checkout',
  area: 'preflight',
  title: 'The checkout has everything that was merged',
  run: ({ facts: { preflight } }) => {
    if (preflight?.mergedLast === undefined) return undefined;
    return at(
      ['this checkout'],
      examine(preflight.mergedLast, ({ branch, commit, isIncluded }) =>
        isIncluded
          ? [ok(`has ${branch} of origin`)]
          : [
              failure(
                `lacks ${commit.slice(0, 10)}, which ${branch} of origin has: a deployment would take back what was merged since`,
                `git pull origin ${branch}. To go back on purpose, revert the change on ${branch}; where that can't be merged now, git fetch origin ${branch} && git merge --strategy ours FETCH_HEAD keeps the files of this checkout`,
              ),
            ],
      ),
    );
  },
};
