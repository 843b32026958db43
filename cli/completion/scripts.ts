/**
 * Scripts with which shells complete the words of `sightline`. Each calls `sightline __complete -- WORDS…`, which
 * prints lines with a value, a tab and a description. If there is no line, the script completes names of files.
 */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** Bash splits words at `=` and `:`, so this script uses the words of the line, and replies with the last part. */
const bash = `_sightline() {
  local line="\${COMP_LINE:0:COMP_POINT}" reply
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local current="\${words[\${#words[@]}-1]}"
  local before="\${current%"\${current##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r reply _; do
    COMPREPLY+=("\${reply#"$before"}")
  done < <(sightline __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o bashdefault -o default -F _sightline sightline
`;

const zsh = `#compdef sightline
_sightline() {
  local line
  local -a candidates
  for line in "\${(@f)$(sightline __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#candidates )); then
    _describe sightline candidates
  else
    _files
  fi
}
if [[ $funcstack[1] == _sightline ]]; then
  _sightline "$@"
else
  compdef _sightline sightline
fi
`;

const fish = `function __sightline_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l candidates (sightline __complete -- $words[2..] "$current" 2>/dev/null)
  if test (count $candidates) -gt 0
    printf '%s\\n' $candidates
  else
    __fish_complete_path "$current"
  end
end
complete -c sightline -f -a '(__sightline_complete)'
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
