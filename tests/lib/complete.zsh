# SPDX-License-Identifier: Apache-2.0
# What zsh offers for a line at its prompt, one a line: a zsh on a terminal of its own, with its completion system, is
# given the line and a TAB. Run by tests/cli/completion.test.mjs.
#
# usage: CAUDAL=binary zsh -f complete.zsh sourced|autoloaded FOLDER LINE      FOLDER: an empty one, for its files
zmodload zsh/zpty || exit 3
export WORK=$3
mkdir -p $WORK/functions
$CAUDAL completion zsh > $WORK/functions/_caudal || exit 1
: > $WORK/offers

zpty -b shell zsh -f -i
type_line() { zpty -w shell "$1" }
# The terminal's output has to be read, or the shell waits for it.
wait_for() {
  local ignored
  for ((i = 0; i < 600; ++i)); do
    [[ -e $WORK/$1 ]] && return
    zpty -r -t shell ignored
    sleep 0.05
  done
  print -u 2 "zsh did not get to '$1' within 30 s"
  exit 1
}

type_line 'PS1=; fpath=($WORK/functions $fpath); autoload -Uz compinit; compinit -D -u'
[[ $1 == sourced ]] && type_line 'unset "_comps[caudal]"; source $WORK/functions/_caudal'
type_line 'compadd() { local -a hits; builtin compadd -O hits "$@"; print -rl -- $hits >> $WORK/offers; builtin compadd "$@" }'
type_line 'completed() { : > $WORK/completed }; zle -N completed; bindkey "^Xd" completed; LISTMAX=10000'
type_line ': > $WORK/ready'
wait_for ready
zpty -w -n shell "$2"$'\t\x18d'
wait_for completed
zpty -d shell
sort -u $WORK/offers | grep . || true
