# Outlives the test host and ends what that leaves. POSIX sh only: dash, bash and busybox run it.
#
# Its standard input is a pipe from the host, which the kernel closes when the host is dead, however it died. Until then the host
# says what there is, a line each:
#
#     add SCOPE CGROUP     a server is about to start; CGROUP is a directory, or -
#     group SCOPE PGID     it has started, as the founder of a process group
#     drop SCOPE           nothing is left of it
#     end PID START        the host is about to end, and is to be ended if it still lives in ten seconds
#
# It signals nothing that does not carry a scope it was told of, that host apart, and what is still in the memory of the dead host.
# $1 is the host's pid, $2 the name of its memory, $3 its ledger.
exec > /dev/null 2>&1
trap '' HUP INT TERM QUIT PIPE
cd /
host=$1
mark=$2
ledger=$3
shift $#

# Field 22 of stat, behind the last parenthesis: the name may hold anything.
start_time() {
  stat=$(cat "/proc/$1/stat") || return 1
  set -- ${stat##*) }
  shift 19
  echo "$1"
}

group_of() {
  stat=$(cat "/proc/$1/stat") || return 1
  set -- ${stat##*) }
  echo "$3"
}

end_host() {
  sleep 10
  [ "$(start_time "$1")" = "$2" ] && kill -s KILL "$1"
}

# The positional parameters are the servers: "SCOPE PGID CGROUP", PGID 0 until it is known.
while IFS=' ' read -r verb scope value; do
  case $verb in
    add) set -- "$@" "$scope 0 $value" ;;
    group | drop)
      left=$#
      while [ "$left" -gt 0 ]; do
        server=$1
        shift
        case $verb:$server in
          drop:"$scope "*) ;;
          group:"$scope "*) server=${server#* } && set -- "$@" "$scope $value ${server#* }" ;;
          *) set -- "$@" "$server" ;;
        esac
        left=$((left - 1))
      done
      ;;
    end) end_host "$scope" "$value" & ;;
  esac
done

# The host is dead.
scopes=
groups=' '
for server; do
  scopes="$scopes${scopes:+|}${server%% *}"
  server=${server#* }
  groups="$groups${server%% *} "
done

kill_cgroup() {
  [ -e "$1/cgroup.procs" ] || return
  echo 1 > "$1/cgroup.kill"

  # A zombie whose thread lives, and kernels without cgroup.kill.
  for procs in $(find "$1" -name cgroup.procs); do
    while read -r pid; do kill -s KILL "$pid"; done < "$procs"
  done
  case $(cat "$1/cgroup.events") in *"populated 1"*) found=1 ;; esac
}

passes=0
empty=0
while [ -n "$scopes" ] && [ "$empty" -lt 2 ] && [ "$passes" -lt 200 ]; do
  passes=$((passes + 1))
  [ "$passes" -gt 100 ] && sleep 1
  found=0
  for server; do
    server=${server#* }
    kill_cgroup "${server#* }"
  done

  # Children of the host that have not executed anything yet. The host itself may still be in its last moments.
  for maps in $([ -z "$mark" ] || grep -lsF "/memfd:$mark (deleted)" /proc/[0-9]*/maps); do
    pid=${maps#/proc/}
    pid=${pid%/maps}
    [ "$pid" = "$host" ] && continue
    found=1
    kill -s KILL "$pid"
  done

  for environ in $(grep -lsE "TESTREAPER_SCOPE=[0-9a-f:]*($scopes)" /proc/[0-9]*/environ); do
    pid=${environ#/proc/}
    pid=${pid%/environ}
    [ "$pid" = $$ ] && continue
    found=1

    # Those of its group may have lost the scope, but not the group. It is ours if a process of ours has founded it.
    group=$(group_of "$pid")
    case "$groups$pid " in *" $group "*) kill -s KILL -- "-$group" ;; esac
    kill -s KILL "$pid"
  done
  if [ "$found" = 0 ]; then empty=$((empty + 1)); else empty=0; fi
done

for server; do
  server=${server#* }
  case ${server#* } in /*/testreaper-*) find "${server#* }" -depth -type d -exec rmdir {} \; ;; esac
done

[ "$empty" -ge 2 ] || [ -z "$scopes" ] && rm -f "$ledger"
