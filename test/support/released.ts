import manifest from '../../package.json';

/** Has the test run as a released version does, of which the documentation is published. */
export function asReleased(): void {
  jest.replaceProperty(manifest, 'released', true);
}
