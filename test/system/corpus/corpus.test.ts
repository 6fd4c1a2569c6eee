import { corpusEstates, examine } from '../../support/corpus/corpus';

test.each(corpusEstates())(
  'an upgrade replaces and deletes nothing of the estate %s, but what is accepted',
  async (name) => {
    expect(await examine(name)).toEqual({ breaks: [], unneeded: [] });
  },
);
