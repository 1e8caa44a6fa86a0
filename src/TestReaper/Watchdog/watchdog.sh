# Outlives the test host and ends what that leaves. POSIX sh only: dash, bash and busybox run it.
#
# Its standard input is a pipe from the host, which the kernel closes when the host is dead, however it died. Until then the host
# says what there is, a line each:
#
#     add SCOPE CGROUP          a server is about to start; CGROUP is a directory, or -
#     group SCOPE PID START     it has started, as the founder of a process group
#     drop SCOPE                nothing is left of it
#     end PID START             the host is about to end, and is to be ended if it still lives in ten seconds
#
# It signals nothing but what carries a scope it was told of, the group of a process it was told of, that host, and what is still in
# the memory of the dead host. $1 is the host's pid, $2 the name of its memory, $3 its ledger.
exec > /dev/null 2>&1
trap '' HUP INT TERM QUIT PIPE
cd /
host=$1
mark=$2
ledger=$3
shift $#

# Sets $group and $started, 0 if there is no such process, and starts no program. They are fields 5 and 22 of stat, counted from
# the last parenthesis: the name may hold anything.
look() {
  group=0
  started=0
  stat=
  while IFS= read -r line; do stat=$line; done < "/proc/$1/stat"
  set -- ${stat##*) }
  [ $# -ge 20 ] || return
  group=$3
  started=${20}
}

end_host() {
  sleep 10
  look "$1"
  [ "$started" = "$2" ] && kill -s KILL "$1"
}

# The positional parameters are the servers: "SCOPE PID START CGROUP", PID and START 0 until they are known.
parse() {
  scope=${1%% *}
  set -- "${1#* }"
  root=${1%% *}
  set -- "${1#* }"
  start=${1%% *}
  cgroup=${1#* }
}

while IFS=' ' read -r verb scope value; do
  case $verb in
    add) set -- "$@" "$scope 0 0 $value" ;;
    group | drop)
      left=$#
      while [ "$left" -gt 0 ]; do
        server=$1
        shift
        case $verb:$server in
          drop:"$scope "*) ;;
          group:"$scope "*) set -- "$@" "$scope $value ${server#* * * }" ;;
          *) set -- "$@" "$server" ;;
        esac
        left=$((left - 1))
      done
      ;;
    end) end_host "$scope" "$value" & ;;
  esac
done

# The host is dead. What can be done without a program is done first: there may be no process to be had any more. A root that was
# never seen in another process's place is what the host has started, and its group is its own.
scopes=
groups=' '
for server; do
  parse "$server"
  scopes="$scopes${scopes:+|}$scope"
  groups="$groups$root "
  [ -e "$cgroup/cgroup.kill" ] && echo 1 > "$cgroup/cgroup.kill"
  look "$root"
  [ "$root" -gt 1 ] && [ "$started" = "$start" ] && kill -s KILL -- "-$root"
done

kill_cgroup() {
  [ -e "$1/cgroup.procs" ] || return
  echo 1 > "$1/cgroup.kill"

  # A zombie whose thread lives, and kernels without cgroup.kill. 0 is a process of another PID namespace.
  for procs in $(find "$1" -name cgroup.procs); do
    while read -r pid; do [ "$pid" -gt 1 ] && kill -s KILL "$pid"; done < "$procs"
  done
  case $(cat "$1/cgroup.events") in *"populated 1"*) found=1 ;; esac
}

kill_carriers() {
  for environ in $(grep -lsE "TESTREAPER_SCOPE=[0-9a-f:]*($scopes)" /proc/[0-9]*/environ); do
    pid=${environ#/proc/}
    pid=${pid%/environ}
    [ "$pid" = $$ ] && continue
    found=1

    # Those of its group may have lost the scope, but not the group. It is ours if a process of ours has founded it.
    look "$pid"
    case "$groups$pid " in *" $group "*) [ "$group" -gt 1 ] && kill -s KILL -- "-$group" ;; esac
    kill -s KILL "$pid"
  done
}

# Children of the host that have not executed anything yet. While the host itself is in its last moments they are its affair.
kill_unexecuted() {
  maps=$(grep -lsF "/memfd:$mark (deleted)" /proc/[0-9]*/maps)
  [ -z "$maps" ] && return
  found=1
  case $maps in *"/proc/$host/maps"*) return ;; esac
  for map in $maps; do
    pid=${map#/proc/}
    pid=${pid%/maps}
    grep -qsF "/memfd:$mark (deleted)" "$map" && kill -s KILL "$pid"
  done
}

passes=0
empty=0
while [ -n "$scopes" ] && [ "$empty" -lt 2 ] && [ "$passes" -lt 200 ]; do
  passes=$((passes + 1))
  [ "$passes" -gt 100 ] && sleep 1
  found=0
  for server; do
    parse "$server"
    kill_cgroup "$cgroup"
  done
  kill_carriers
  [ "$found" = 1 ] || [ -z "$mark" ] || kill_unexecuted

  # A grep that does not even find what is there proves nothing.
  [ "$found" = 1 ] || grep -qs LC_ALL= /proc/$$/environ || found=1
  if [ "$found" = 0 ]; then empty=$((empty + 1)); else empty=0; fi
done

for server; do
  parse "$server"
  case $cgroup in /*/testreaper-*) find "$cgroup" -depth -type d -exec rmdir {} \; ;; esac
done

[ "$empty" -ge 2 ] || [ -z "$scopes" ] && rm -f "$ledger"
