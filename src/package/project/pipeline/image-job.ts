import type { Job } from './model';
import { entraAws, IMAGES, SYNTH } from './parts';

/** Publishes what the hosting is to run, before anybody approves it: the approval is of its digests. */
export const BUILD_IMAGES: Job = {
  id: 'images',
  name: 'Build the images',
  needs: [],
  when: 'HAS_IMAGES',
  minutes: 60,
  rights: ['sign-in'],
  usesDocker: true,
  steps: [
    SYNTH,
    { kind: 'aws', account: 'hosting', role: 'publish' },
    { kind: 'run', run: entraAws('publish-images') },
    { kind: 'leave', artifact: IMAGES },
  ],
};
