import { createHash } from 'node:crypto';
import { findingMessage, type Told } from '../../estate/source/finding';
import { visible } from '../../estate/source/visible';

/** Errors as a forge shows them at their place in a change. */
export interface Annotations {
  /** Lines for the log of the job. */
  readonly lines: readonly string[];
  /** Report of code quality, which GitLab takes as an artifact; absent elsewhere. */
  readonly codeQuality?: string;
}

/**
 * Annotates errors for the forge whose pipeline this process is in; undefined outside of one.
 *
 * @param folder working directory from the top of the repository: empty, or with a slash at its end
 */
export function annotationsOf(
  errors: readonly Told[],
  variables: Readonly<Record<string, string | undefined>>,
  folder: string,
): Annotations | undefined {
  const placed = errors.map((error) => ({ ...error, file: visible(`${folder}${error.file}`) }));
  if (variables['GITHUB_ACTIONS'] === 'true') return { lines: placed.map(gitHubLine) };
  if (variables['TF_BUILD'] === 'True') return { lines: placed.map(azureLine) };
  // The log has the errors themselves.
  if (variables['GITLAB_CI'] === 'true') return { lines: [], codeQuality: codeQualityOf(placed) };
  return undefined;
}

function messageOf(error: Told): string {
  return error.path === '' ? findingMessage(error) : `${error.path}: ${findingMessage(error)}`;
}

/** Commands of GitHub Actions: actions/toolkit, packages/core/src/command.ts. */
function gitHubLine(error: Told): string {
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const { file, line, column, code } = error;
  return `::error file=${property(file)},line=${line},col=${column},title=${property(code)}::${data(messageOf(error))}`;
}

/** Logging commands of Azure Pipelines: azure-pipelines-task-lib, node/taskcommand.ts. */
function azureLine(error: Told): string {
  const data = (text: string): string => text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(']', '%5D').replaceAll(';', '%3B');
  const { file, line, column, code } = error;
  return `##vso[task.logissue type=error;sourcepath=${property(file)};linenumber=${line};columnnumber=${column};code=${property(code)}]${data(messageOf(error))}`;
}

/** GitLab's form of a report of code quality: docs, 'Code Quality report format'. */
function codeQualityOf(errors: readonly Told[]): string {
  const entries = errors.map((error) => ({
    description: messageOf(error),
    check_name: error.code,
    // Of the same error it stays the same when lines move.
    fingerprint: createHash('sha256')
      .update(JSON.stringify([error.file, error.code, messageOf(error)]))
      .digest('hex'),
    severity: 'blocker',
    location: { path: error.file, lines: { begin: error.line } },
  }));
  return `${JSON.stringify(entries, undefined, 1)}\n`;
}
