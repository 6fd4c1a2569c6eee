/** actions/upload-artifact: copies the files of a job into the folder of the run's artifacts. */
const { cpSync, existsSync, globSync, mkdirSync, statSync } = require('node:fs');
const { dirname, join, matchesGlob, relative } = require('node:path');

const { GITHUB_WORKSPACE, INPUT_NAME, INPUT_PATH, INPUT_OVERWRITE, RUNNER_ARTIFACTS } = process.env;
const isHidden = (file) => file.split('/').some((part) => part.startsWith('.'));

const lines = INPUT_PATH.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .map((line) => (line.startsWith(GITHUB_WORKSPACE) ? relative(GITHUB_WORKSPACE, line) : line));
const left = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
const taken = lines.filter((line) => !line.startsWith('!'));
const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

process.chdir(GITHUB_WORKSPACE);
const files = taken
  .flatMap((path) => globSync(isFolder(path) ? join(path, '**') : path))
  .filter((file) => statSync(file).isFile() && !isHidden(file) && !left.some((pattern) => matchesGlob(file, pattern)));
const place = join(RUNNER_ARTIFACTS, INPUT_NAME);
if (files.length === 0) console.log(`::warning::No files were found with the provided path: ${INPUT_PATH}`);
else if (existsSync(place) && INPUT_OVERWRITE !== 'true') {
  console.log(`::error::Failed to CreateArtifact: (409) Conflict: ${INPUT_NAME} is there already`);
  process.exit(1);
} else {
  // One path is the root of what is kept; of several it is what they have in common, here always the workspace.
  const root = taken.length === 1 && isFolder(taken[0]) ? taken[0] : taken.length === 1 ? dirname(taken[0]) : '.';
  for (const file of files) {
    const target = join(place, relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
  console.log(`Artifact ${INPUT_NAME} has ${files.length} files`);
}
