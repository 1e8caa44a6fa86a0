# The watchdog: outlives the test host and kills what the host leaves. POSIX sh only: dash, bash and busybox run it.
#
# Constraint. A host that is killed cannot clean up, so another process must. It must notice the death whatever its cause, must never
# signal an unrelated process, and must work when the machine is out of process ids (a fork bomb may have killed the host) or when a
# file in /proc blocks its reader.
#
# Scheme. Standard input is a pipe from the host; the kernel closes it when the host dies (pipe(7)). Until then the host sends its list:
#
#     add SCOPE CGROUP          a server is about to start; CGROUP is a directory, or -
#     group SCOPE PID START     it has started, as the leader of a process group
#     root SCOPE PID START      a process was recorded: not the leader of a group, and perhaps without the scope
#     shm SCOPE INODE NAME      it has created a file in /dev/shm
#     ipc SCOPE ID PID          it has created a System V segment
#     drop SCOPE                nothing of it is left
#     end PID START             the host is about to exit; kill it if it is still alive in ten seconds
#
# At the end of the input watchdog-end.sh kills in passes, until two in a row find nothing. watchdog-kill.sh has what shell builtins
# can do, watchdog-find.sh what needs programs, watchdog-memory.sh removes shared memory and watchdog-files.sh
# the files of the servers. WatchdogScript.cs joins the six files.
#
# Invariants.
# 1. It signals only: processes in a cgroup or with a scope of the list, the group that such a process or a leader in the list leads,
#    recorded processes with their descendants, processes in the memory of the dead host, and the host after "end".
# 2. Right before each signal pid and start time are compared, or in a cgroup its path is read again: between two steps of a script a pid
#    may get another owner. A match of grep is read twice, with its start time before and after (proc_pid_stat(5)).
# 3. Builtins come first, since they need no new process. A shell that cannot fork replaces itself by exec (restart_shell).
# 4. A reader of /proc is a child process. One that takes half a second is killed (kill_slow_readers).
# 5. The ledger is deleted only if everything is gone. Otherwise the sweep of the next host continues.
#
# https://man7.org/linux/man-pages/man7/pipe.7.html, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
#
# $1 is the host's pid, $2 its memory tag, $3 its ledger. After restart_shell: $4 is the deadline in seconds since boot, then the servers.
exec > /dev/null 2>&1
trap '' HUP INT TERM QUIT PIPE
cd /
host=$1
tag=$2
ledger=$3
deadline=$4
[ -n "$deadline" ] || testreaper_memory=
shift 3
[ $# -gt 0 ] && shift

# Reads /proc/PID/stat into variables, without a program; $started is 0 if the process does not exist. The fields are counted from the
# last parenthesis, since the name may contain any character.
read_stat() {
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
  read_stat "$1"
  [ "$started" = "$2" ] && kill -s KILL "$1"
}

# The positional parameters are the servers: "SCOPE PID START CGROUP", with PID and START 0 until they are known. CGROUP @ means a
# recorded process.
parse_server() {
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
