# The part that needs builtins only: kills known processes, and replaces the shell where it cannot fork.

kill_members() {
  while read -r pid; do
    # Pid 0 stands for a process of another PID namespace. The list may be outdated, so the cgroup is read again.
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

  # For kernels without cgroup.kill, and for zombies with a living thread.
  kill_members "$1"
  while read -r line; do
    [ "$line" = 'populated 1' ] && found=1
  done < "$1/cgroup.events"
}

# Kills the cgroup and the process group of each server. The start time proves that the leader is the process that the host started.
kill_servers() {
  for server; do
    parse_server "$server"
    [ "$cgroup" = @ ] && continue
    kill_cgroup "$cgroup"
    [ "$root" -gt 1 ] || continue
    read_stat "$root"
    [ "$started" = "$start" ] || continue
    kill -s KILL -- "-$root"
    [ "$state" = Z ] || found=1
  done
}

# Kills recorded processes and their descendants. Parents first: a dead parent starts no more children.
kill_recorded() {
  family=' '
  for server; do
    parse_server "$server"
    [ "$cgroup" = @ ] || continue
    read_stat "$root"
    [ "$started" = "$start" ] && [ "$state" != Z ] && family="$family$root:$start "
  done
  [ "$family" = ' ' ] && return
  found=1
  table=
  for directory in /proc/[0-9]*; do
    read_stat "${directory#/proc/}"
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
    read_stat "$pid"
    [ "$started" = "${member#*:}" ] && [ "$pid" != $$ ] && kill -s KILL "$pid"
  done
}

# Whether the environment of a process has one of the scopes as a whole value. Shells that can read up to a NUL need no program.
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

# Processes of its group may lack the scope. The group belongs to the server if its leader does.
kill_carrier() {
  found=1
  case "$groups$1 " in *" $group "*) [ "$group" -gt 1 ] && kill -s KILL -- "-$group" ;; esac
  kill -s KILL "$1"
}

# Finds and kills the carriers of a scope without a program.
read_carriers() {
  for directory in /proc/[0-9]*; do
    pid=${directory#/proc/}
    read_stat "$pid"
    case $pid:$state in $$:* | *:[DZX]) continue ;; esac
    before=$started
    carries "$pid" || continue
    read_stat "$pid"
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

# Runs when the shell cannot fork and exits. Replaces it by a new shell, preferably bash, which reads environments with builtins.
restart_shell() {
  trap - EXIT
  rounds_without_fork "$@"
  IFS=. read -r now line < /proc/uptime
  [ "$now" -lt "$deadline" ] || exit
  export watchdog testreaper_memory
  set -- -c 'eval "$watchdog"' testreaper-watchdog "$host" "$tag" "$ledger" "$deadline" "$@"
  command -v bash && exec bash --posix "$@"
  exec /bin/sh "$@"
}
