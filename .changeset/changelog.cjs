/** A note goes into CHANGELOG.md as it was written: its commit and its author are in git. */
const getReleaseLine = async ({ summary }) => `- ${summary.trim().replaceAll(/\n(?=.)/g, '\n  ')}`;
/** The package has no other of this repository that would bring a release. */
const getDependencyReleaseLine = async () => '';

module.exports = { getReleaseLine, getDependencyReleaseLine };
