/** A part of a log that people open and close. */
export interface LogGroups {
  readonly open: (title: string) => string;
  readonly close: () => string;
}

/** Groups as the forge of a run shows them; elsewhere a line. */
export function logGroups(variables: NodeJS.ProcessEnv, seconds: () => number): LogGroups {
  if (variables['GITHUB_ACTIONS'] === 'true')
    return { open: (title) => `::group::${title}\n`, close: () => '::endgroup::\n' };
  if (variables['TF_BUILD'] === 'True')
    return { open: (title) => `##[group]${title}\n`, close: () => '##[endgroup]\n' };
  if (variables['GITLAB_CI'] === 'true') return gitLabSections(seconds);
  return { open: (title) => `${title}\n`, close: () => '' };
}

/** GitLab knows a section by its name, which a job has once. */
function gitLabSections(seconds: () => number): LogGroups {
  let number = 0;
  const mark = (what: string): string => `\u001B[0Ksection_${what}:${Math.floor(seconds())}:identity_${number}`;
  return {
    open: (title) => {
      number += 1;
      return `${mark('start')}[collapsed=true]\r\u001B[0K${title}\n`;
    },
    close: () => `${mark('end')}\r\u001B[0K\n`,
  };
}
