# Outlives the test host and ends what that leaves. POSIX sh only: dash, bash and busybox run it.
#
# Its standard input is a pipe from the host, which the kernel closes when the host is dead, however it died. Until then the host
# says what there is, a line each:
#
#     add SCOPE CGROUP          a server is about to start; CGROUP is a directory, or -
#     group SCOPE PID START     it has started, as the founder of a process group
#     root SCOPE PID START      a process was recorded: no founder, and perhaps without the scope
#     shm SCOPE INODE NAME      it has made a file in /dev/shm
#     ipc SCOPE ID PID          it has made a System V segment
#     drop SCOPE                nothing is left of it
#     end PID START             the host is about to end, and is to be ended if it still lives in ten seconds
#
# It signals nothing but what carries a scope of its list, the group of a process of its list, a recorded process and its
# descendants, that host, and what is still in the memory of the dead host. Pid and start time are compared right before each signal.
#
# Three things may go wrong while it works. No process can be made: what builtins can do is done first, and a shell that
# cannot fork begins anew without one (again). A file in /proc may give no answer: readers are other processes, and one that takes
# long is ended (guard). A pid may get another owner between two steps: so each match is read twice, and its start time before and after.
#
# $1 is the host's pid, $2 the name of its memory, $3 its ledger. After a new beginning: $4 the time to give up, then the servers.
exec > /dev/null 2>&1
trap '' HUP INT TERM QUIT PIPE
cd /
host=$1
mark=$2
ledger=$3
give_up=$4
[ -n "$give_up" ] || testreaper_memory=
shift 3
[ $# -gt 0 ] && shift

# Reads the stat of a process into variables, $started 0 if there is none, and starts no program. The fields are counted from the last
# parenthesis: the name may hold anything.
look() {
  state=
  parent=0
  group=0
  started=0
  stat=
  while IFS= read -r line; do stat=$line; done < "/proc/$1/stat"
  set -- ${stat##*) }
  [ $# -ge 20 ] || return
  state=$1
  parent=$2
  group=$3
  started=${20}
}

end_host() {
  sleep 10
  look "$1"
  [ "$started" = "$2" ] && kill -s KILL "$1"
}

# The positional parameters are the servers: "SCOPE PID START CGROUP", PID and START 0 until they are known. A recorded process is
# one with the CGROUP @.
parse() {
  scope=${1%% *}
  set -- "${1#* }"
  root=${1%% *}
  set -- "${1#* }"
  start=${1%% *}
  cgroup=${1#* }
}

forget_memory() {
  kept=
  for item in $testreaper_memory; do
    case $item in "$1:"*) ;; *) kept="$kept $item" ;; esac
  done
  testreaper_memory=$kept
}

while IFS=' ' read -r verb scope value; do
  [ "$verb" = drop ] && forget_memory "$scope"
  case $verb in
    shm | ipc)
      case $value in
        *[!0-9A-Za-z._\ -]*) ;;
        *) testreaper_memory="$testreaper_memory $scope:$verb:${value%% *}:${value#* }" ;;
      esac
      ;;
    add) set -- "$@" "$scope 0 0 $value" ;;
    root) set -- "$@" "$scope $value @" ;;
    group | drop)
      left=$#
      while [ "$left" -gt 0 ]; do
        server=$1
        shift
        case $verb:$server in
          drop:"$scope "*) ;;
          group:"$scope "*" @") set -- "$@" "$server" ;;
          group:"$scope "*) set -- "$@" "$scope $value ${server#* * * }" ;;
          *) set -- "$@" "$server" ;;
        esac
        left=$((left - 1))
      done
      ;;
    end) end_host "$scope" "$value" & ;;
  esac
done
