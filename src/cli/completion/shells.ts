import { bash, fish, type ShellCompletion, zsh } from '@optique/core/completion';
import type { Suggestion } from '@optique/core/parser';
import type { SHELLS } from './options';

export type Shell = (typeof SHELLS)[number];

/** Shells, as the library writes their scripts and what they read. */
const LIBRARY: Readonly<Record<Shell, ShellCompletion>> = { bash, zsh, fish };

const NAME = 'entra-aws';

/** Lines of npx and npm that run the program, or may: the answer is empty for a script of another program. */
const LINES = String.raw`^(npx|npm (exec|x)) (.* )?entra-aws |^npm (run|run-script|start) `;

/** The program of the repository that the working directory is in: npx takes half a second for the same. */
const PROGRAM = `_entra_aws_bin() {
  local folder=$PWD
  until [ -x "$folder/node_modules/.bin/${NAME}" ]; do
    [ -n "$folder" ] || return 1
    folder=\${folder%/*}
  done
  printf '%s' "$folder/node_modules/.bin/${NAME}"
}
if ! command -v ${NAME} >/dev/null; then
  ${NAME}() { local program; if program=$(_entra_aws_bin); then "$program" "$@"; else npx --no ${NAME} "$@"; fi; }
fi
`;

/** What each shell does for npx and npm, after the script of the library: other lines are completed as they were before. */
const BY_NPM: Readonly<Record<Shell, string>> = {
  bash: `_entra_aws_lines='${LINES}'
_entra_aws_by() {
  local before="_entra_aws_before_$1"
  COMPREPLY=()
  if [[ $COMP_LINE =~ $_entra_aws_lines ]] && _entra_aws_bin >/dev/null; then _${NAME} "$@"; fi
  if ((\${#COMPREPLY[@]} == 0)) && [[ -n \${!before} ]]; then "\${!before}" "$@"; fi
}
for _entra_aws_one in npx npm; do
  _entra_aws_known=$(complete -p $_entra_aws_one 2>/dev/null | sed -n 's/.* -F \\([^ ]*\\).*/\\1/p')
  [[ $_entra_aws_known == _entra_aws_by ]] || printf -v "_entra_aws_before_$_entra_aws_one" %s "$_entra_aws_known"
  complete -o default -F _entra_aws_by $_entra_aws_one
done
`,
  zsh: `_entra_aws_lines='${LINES}'
_entra_aws_by() {
  if [[ "\${(j: :)words[1,CURRENT]}" =~ $_entra_aws_lines ]] && _entra_aws_bin >/dev/null; then _optique:${NAME}; fi
  (( compstate[nmatches] )) || \${_entra_aws_before[$service]:-_files} "$@"
}
if (( $+functions[compdef] )); then
  typeset -gA _entra_aws_before
  for _entra_aws_one in npx npm; do
    [[ $_comps[$_entra_aws_one] == _entra_aws_by ]] || _entra_aws_before[$_entra_aws_one]=$_comps[$_entra_aws_one]
    compdef _entra_aws_by $_entra_aws_one
  done
fi
`,
  fish: `function __entra_aws_line
  string match -rq '${LINES}' -- (commandline -pc); and __entra_aws_bin >/dev/null
end
for one in npx npm
  complete -c $one -n __entra_aws_line -f -a '(__${NAME}_complete)'
end
`,
};

const FISH_PROGRAM = `function __entra_aws_bin
  set -l folder $PWD
  while not test -x $folder/node_modules/.bin/${NAME}
    test -n "$folder"; or return 1
    set folder (string replace -r '/[^/]*$' '' -- $folder)
  end
  echo $folder/node_modules/.bin/${NAME}
end
if not type -q ${NAME}
  function ${NAME}
    if set -l program (__entra_aws_bin); $program $argv; else; npx --no ${NAME} $argv; end
  end
end
`;

/** zsh loads its completion only where a start file says so. */
const ZSH_START = 'if (( ! $+functions[compdef] )); then autoload -Uz compinit; compinit; fi\n';

/** Script of a shell. */
export function scriptOf(shell: Shell): string {
  const library = LIBRARY[shell].generateScript(NAME, ['completion', shell, '--']);
  const before = { bash: PROGRAM, zsh: `${ZSH_START}${PROGRAM}`, fish: FISH_PROGRAM }[shell];
  return `${before}${library}\n${BY_NPM[shell]}`;
}

/** Something that may follow: a word with its meaning, or the files and folders that the shell knows. */
export type Offer = { readonly word: string; readonly about?: string } | 'files';

/** What the shell reads. bash alone quotes no words; where a quote is open already, it closes it. */
export function answerOf(shell: Shell, offers: readonly Offer[], current: string): string {
  const isQuoted = shell !== 'bash' || /^["']/.test(current);
  const suggestions = offers.map((offer): Suggestion => {
    if (offer === 'files') return { kind: 'file', type: 'any', pattern: wordOf(shell, current) };
    const text = isQuoted ? offer.word : offer.word.replaceAll(/[^\w/.:=@%+,-]/g, String.raw`\$&`);
    const { about } = offer;
    return { kind: 'literal', text, ...(about !== undefined && { description: [{ type: 'text', text: about }] }) };
  });
  // The library parts what it writes for bash and fish itself.
  return [...LIBRARY[shell].encodeSuggestions(suggestions)].join(shell === 'zsh' ? '\n' : '');
}

/** A word without its quotes: bash gives it as it is typed. */
export function wordOf(shell: Shell, typed: string): string {
  return shell === 'bash' ? typed.replace(/^(["'])(.*?)\1?$/, '$2').replaceAll(/\\(.)/g, '$1') : typed;
}
