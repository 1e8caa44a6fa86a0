# The part that needs programs: finds processes with a scope or in the memory of the host. Bounds reads of files that block.

# Kills each child of the main shell that already existed half a second ago: a reader that waits for a file.
kill_slow_readers() {
  trap 'kill -s KILL "$sleeper"; exit' USR1
  read -r self line < /proc/self/stat
  interval=0.5
  seen=
  while :; do
    sleep "$interval" &
    sleeper=$!
    wait "$sleeper" || interval=1
    read_stat "$$"
    [ "$started" = "$own" ] || exit
    now=
    children=
    read -r children < "/proc/$$/task/$$/children"
    for child in $children; do
      read_stat "$child"
      [ "$parent" = $$ ] && [ "$child" != "$self" ] || continue
      case "$seen " in *" $child:$started "*) kill -s KILL "$child" ;; esac
      now="$now $child:$started"
    done
    seen=$now
  done
}

start_reader_killer() {
  read_stat "${killer:-0}"
  [ "$parent" = $$ ] && [ "$started" = "$killer_started" ] && [ "$state" != Z ] && return
  kill_slow_readers &
  killer=$!
  read_stat "$killer"
  killer_started=$started
}

stop_reader_killer() {
  read_stat "${killer:-0}"
  [ "$parent" = $$ ] && [ "$started" = "$killer_started" ] && kill -s USR1 "$killer" && wait "$killer"
}

# Sets $matches to the pids whose /proc file $name contains $pattern; false if a file blocked.
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

# As scan, but skips processes whose file blocks, and adds them to $stuck.
scan_all() {
  scan "$@" && return
  whole=
  part=
  left=$#
  for candidate; do
    part="$part $candidate"
    left=$((left - 1))
    [ $((left % 16)) -eq 0 ] || continue
    if scan $part; then whole="$whole$matches"; else scan_one_by_one $part; fi
    part=
  done
  matches=$whole
}

scan_one_by_one() {
  for single; do
    if scan "$single"; then
      whole="$whole$matches"
    else
      read_stat "$single"
      [ "$started" = 0 ] || stuck="$stuck $single:$started "
    fi
  done
}

# Sets $verified to "PID:START" of the matches, with the start times from before the second read.
find_matches() {
  pids=
  for directory in /proc/[0-9]*; do
    pid=${directory#/proc/}
    [ "$pid" = $$ ] && continue
    case $stuck in *" $pid:"*)
      read_stat "$pid"
      case $stuck in *" $pid:$started "*) continue ;; esac
      ;;
    esac
    pids="$pids $pid"
  done
  verified=
  scan_all $pids
  for pid in $matches; do
    read_stat "$pid"
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
    read_stat "$match"
    case "$verified " in *" $match:$started "*) kill_carrier "$match" ;; esac
  done
}

# Kills children of the host that have not called exec yet, but only when the host itself is gone.
kill_unexecuted() {
  name=maps
  flags=E
  pattern="^[0-9a-f]+-[0-9a-f]+ [-a-z]+ 0+ 00:[0-9a-f]+ [0-9]+ +/memfd:$tag_pattern \\(deleted\\)\$"
  find_matches
  [ -z "$matches" ] && return
  found=1
  case "$matches " in *" $host "*) return ;; esac
  for match in $matches; do
    read_stat "$match"
    case "$verified " in *" $match:$started "*) kill -s KILL "$match" ;; esac
  done
}
