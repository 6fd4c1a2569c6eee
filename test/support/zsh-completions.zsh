# Prints what zsh offers for a line: zsh -f zsh-completions.zsh SCRIPT LINE. Completion needs a terminal, so the shell that
# completes runs in one, prints each match that it is given, and ends.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; source ${(q)1}
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd \"\$@\"; return; fi
  local -a matches
  builtin compadd -A matches \"\$@\"
  if (( \$#matches )); then print -rl -- \"MATCH \"\$^matches; fi
  builtin compadd \"\$@\"
}
comppostfuncs=(exit)
bindkey '^I' complete-word
print REA''DY"
zpty -r shell output '*READY*'
zpty -w -n shell "$2"$'\t'
while zpty -r shell output; do
  output=${output//$'\r'/}
  [[ $output == *'MATCH '* ]] && print -r -- "${${output##*MATCH }%$'\n'}"
done
exit 0
