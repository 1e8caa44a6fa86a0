# What builtins can do: kill what is known, and begin anew where no process can be made.

kill_members() {
  while read -r pid; do
    # 0 is a process of another PID namespace. The list is as old as its first line.
    [ "$pid" -gt 1 ] || continue
    while IFS= read -r line; do
      case $line in 0::*"/testreaper-$scope" | 0::*"/testreaper-$scope/"*) kill -s KILL "$pid" ;; esac
    done < "/proc/$pid/cgroup"
  done < "$1/cgroup.procs"
  for nested in "$1"/*/; do
    [ -e "$nested/cgroup.procs" ] && kill_members "${nested%/}"
  done
}

kill_cgroup() {
  case $1 in /*"/testreaper-$scope") ;; *) return ;; esac
  [ -e "$1/cgroup.procs" ] || return
  [ -e "$1/cgroup.kill" ] && echo 1 > "$1/cgroup.kill"

  # A zombie whose thread lives, and kernels without cgroup.kill.
  kill_members "$1"
  while read -r line; do
    [ "$line" = 'populated 1' ] && found=1
  done < "$1/cgroup.events"
}

# A root that was never seen in another process's place is what the host has started, and its group is its own.
kill_servers() {
  for server; do
    parse "$server"
    [ "$cgroup" = @ ] && continue
    kill_cgroup "$cgroup"
    [ "$root" -gt 1 ] || continue
    look "$root"
    [ "$started" = "$start" ] || continue
    kill -s KILL -- "-$root"
    [ "$state" = Z ] || found=1
  done
}

# Parents first: a parent that is dead has no more children.
kill_recorded() {
  family=' '
  for server; do
    parse "$server"
    [ "$cgroup" = @ ] || continue
    look "$root"
    [ "$started" = "$start" ] && [ "$state" != Z ] && family="$family$root:$start "
  done
  [ "$family" = ' ' ] && return
  found=1
  table=
  for directory in /proc/[0-9]*; do
    look "${directory#/proc/}"
    [ "$started" = 0 ] || table="$table ${directory#/proc/}:$parent:$started"
  done
  has_grown=1
  while [ "$has_grown" = 1 ]; do
    has_grown=0
    for entry in $table; do
      child=${entry%%:*}:${entry##*:}
      parent=${entry#*:}
      parent=${parent%:*}
      case $family in *" $child "*) continue ;; esac
      case $family in *" $parent:"*)
        family="$family$child "
        has_grown=1
        ;;
      esac
    done
  done
  for member in $family; do
    pid=${member%:*}
    look "$pid"
    [ "$started" = "${member#*:}" ] && [ "$pid" != $$ ] && kill -s KILL "$pid"
  done
}

# Whether a process has one of the scopes in its environment, as a whole. Some shells read up to a NUL and need no program.
carries() {
  if [ -z "$reads_nul" ]; then
    tr '\000\012' '\012\001' < "/proc/$1/environ" | grep -qE "$carried"
    return
  fi
  while IFS= read -r -d '' entry; do
    case $entry in TESTREAPER_SCOPE=*) ;; *) continue ;; esac
    rest=${entry#*=}:
    while [ -n "$rest" ]; do
      case "|$scopes|" in *"|${rest%%:*}|"*) [ -n "${rest%%:*}" ] && return 0 ;; esac
      rest=${rest#*:}
    done
  done < "/proc/$1/environ"
  return 1
}

# Those of its group may have lost the scope, but not the group. It is ours if a process of ours has founded it.
kill_carrier() {
  found=1
  case "$groups$1 " in *" $group "*) [ "$group" -gt 1 ] && kill -s KILL -- "-$group" ;; esac
  kill -s KILL "$1"
}

# Finds the carriers without a program.
read_carriers() {
  for directory in /proc/[0-9]*; do
    pid=${directory#/proc/}
    look "$pid"
    case $pid:$state in $$:* | *:[DZX]) continue ;; esac
    before=$started
    carries "$pid" || continue
    look "$pid"
    [ "$started" = "$before" ] && kill_carrier "$pid"
  done
}

rounds_without_fork() {
  rounds=0
  found=1
  while [ "$found" = 1 ] && [ "$rounds" -lt 50 ]; do
    rounds=$((rounds + 1))
    found=0
    kill_servers "$@"
    kill_recorded "$@"
    [ -n "$reads_nul" ] && read_carriers
  done
}

# A shell that cannot fork ends here. It becomes a new one, if possible one that can read an environment by itself.
again() {
  trap - EXIT
  rounds_without_fork "$@"
  IFS=. read -r now line < /proc/uptime
  [ "$now" -lt "$give_up" ] || exit
  export watchdog testreaper_memory
  set -- -c 'eval "$watchdog"' testreaper-watchdog "$host" "$mark" "$ledger" "$give_up" "$@"
  command -v bash && exec bash --posix "$@"
  exec /bin/sh "$@"
}
