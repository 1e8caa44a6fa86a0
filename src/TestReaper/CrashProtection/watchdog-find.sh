# What takes programs: find processes with a scope or in the memory of the host, with a bound for files that give no answer.

# Ends a child of the main shell that was there half a second ago: a reader that waits for a file.
guard() {
  trap 'kill -s KILL "$sleeper"; exit' USR1
  read -r self line < /proc/self/stat
  interval=0.5
  seen=
  while :; do
    sleep "$interval" &
    sleeper=$!
    wait "$sleeper" || interval=1
    look "$$"
    [ "$started" = "$own" ] || exit
    now=
    children=
    read -r children < "/proc/$$/task/$$/children"
    for child in $children; do
      look "$child"
      [ "$parent" = $$ ] && [ "$child" != "$self" ] || continue
      case "$seen " in *" $child:$started "*) kill -s KILL "$child" ;; esac
      now="$now $child:$started"
    done
    seen=$now
  done
}

begin_guard() {
  look "${guard:-0}"
  [ "$parent" = $$ ] && [ "$started" = "$guard_started" ] && [ "$state" != Z ] && return
  guard &
  guard=$!
  look "$guard"
  guard_started=$started
}

end_guard() {
  look "${guard:-0}"
  [ "$parent" = $$ ] && [ "$started" = "$guard_started" ] && kill -s USR1 "$guard" && wait "$guard"
}

# Sets $matches to those of the pids whose file $name has the $pattern; false if a file gave no answer.
scan() {
  matches=
  [ $# -gt 0 ] || return 0
  files=
  for pid; do files="$files /proc/$pid/$name"; done
  files=$(grep "-ls$flags" -e "$pattern" $files)
  [ $? -lt 128 ] || return
  for pid in $files; do
    pid=${pid#/proc/}
    matches="$matches ${pid%/*}"
  done
}

# Leaves out those that give no answer, and remembers them in $stuck.
scan_all() {
  scan "$@" && return
  whole=
  part=
  left=$#
  for candidate; do
    part="$part $candidate"
    left=$((left - 1))
    [ $((left % 16)) -eq 0 ] || continue
    if scan $part; then whole="$whole$matches"; else scan_singly $part; fi
    part=
  done
  matches=$whole
}

scan_singly() {
  for single; do
    if scan "$single"; then
      whole="$whole$matches"
    else
      look "$single"
      [ "$started" = 0 ] || stuck="$stuck $single:$started "
    fi
  done
}

# Sets $verified to "PID:START" of those that match, as they were before they were read for the second time.
find_matches() {
  pids=
  for directory in /proc/[0-9]*; do
    pid=${directory#/proc/}
    [ "$pid" = $$ ] && continue
    case $stuck in *" $pid:"*)
      look "$pid"
      case $stuck in *" $pid:$started "*) continue ;; esac
      ;;
    esac
    pids="$pids $pid"
  done
  verified=
  scan_all $pids
  for pid in $matches; do
    look "$pid"
    [ "$started" = 0 ] || verified="$verified $pid:$started"
  done
  scan_all $matches
}

kill_carriers() {
  name=environ
  flags=${splits_at_nul:+z}E
  pattern=$carried
  [ -n "$splits_at_nul" ] || pattern="TESTREAPER_SCOPE=[0-9a-f:]*($scopes)"
  find_matches
  for match in $matches; do
    [ -n "$is_exact" ] || carries "$match" || continue
    look "$match"
    case "$verified " in *" $match:$started "*) kill_carrier "$match" ;; esac
  done
}

# Children of the host that have not executed anything yet. While the host itself still exits they are left to it.
kill_unexecuted() {
  name=maps
  flags=E
  pattern="^[0-9a-f]+-[0-9a-f]+ [-a-z]+ 0+ 00:[0-9a-f]+ [0-9]+ +/memfd:$mark_pattern \\(deleted\\)\$"
  find_matches
  [ -z "$matches" ] && return
  found=1
  case "$matches " in *" $host "*) return ;; esac
  for match in $matches; do
    look "$match"
    case "$verified " in *" $match:$started "*) kill -s KILL "$match" ;; esac
  done
}
