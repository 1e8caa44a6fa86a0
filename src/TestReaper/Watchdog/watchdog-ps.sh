# The watchdog on a system without /proc: outlives the test host and kills what the host leaves. POSIX sh, awk and ps(1).
#
# Constraint. As in watchdog.sh: it must notice the death of the host whatever its cause, and must never signal an unrelated process.
# ps(1) shows start times in seconds only, and the environments of this user's processes only, on macOS without those of /bin/sh and
# other programs of the system.
#
# Scheme. Standard input is a pipe from the host; the kernel closes it when the host dies. Until then the host sends the list of
# watchdog.sh, with START in microseconds since 1970. At the end of the input the script kills in passes, until two in a row find
# nothing. Each pass reads one table of all processes with their environments. awk marks in it:
#
#     the group of a server        if its leader has the start time of the list; a group without a leader, by the start of its processes:
#                                  the kernel gives no process the id of a group that still has members
#     a recorded process           by its pid and start time
#     a process with the scope     by its environment
#     their descendants            a child does not start before its parent
#
# Invariants.
# 1. Right before each signal the start time is read again and compared with the table. macOS has 99,998 pids and assigns them in turn,
#    so none is reused within the second that ps shows.
# 2. A pass counts only if the table has this script in it.
# 3. The ledger is deleted only if everything is gone. Otherwise the sweep of the next host continues.
# 4. A shell that cannot fork finds nothing: then the sweep of the next host kills.
#
# https://github.com/apple-oss-distributions/adv_cmds/tree/main/ps
#
# $1 is the host's pid, $2 is not used, $3 is its ledger.
exec > /dev/null 2>&1
trap '' HUP INT TERM QUIT PIPE
cd /
ledger=$3
export LC_ALL=C TZ=UTC0
shift "$#"

# BSD shows environments by -E, and procps by e.
if ps -E -p $$; then all='-A -E -ww'; else all='axeww'; fi

# "Thu Nov 26 12:17:20 2026" to seconds since 1970.
to_seconds='
function to_seconds(month, day, time, year,    clock, m, y) {
  split(time, clock, ":")
  m = int((index("JanFebMarAprMayJunJulAugSepOctNovDec", month) - 1) / 3) - 2
  y = year
  if (m < 0) { m += 12; y-- }
  return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m + 2) / 5) + day - 719469) * 86400 \
    + clock[1] * 3600 + clock[2] * 60 + clock[3]
}'

# Prints each living process to kill with its start time, "PID Thu Nov 26 12:17:20 2026", and "seen" if the table has $self in it.
mark='
$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9]+$/ && $3 ~ /^[0-9]+$/ && $9 ~ /^[0-9][0-9][0-9][0-9]$/ {
  parent[$1] = $2
  group[$1] = $3
  state[$1] = substr($4, 1, 1)
  start[$1] = to_seconds($6, $7, $8, $9)
  text[$1] = $5 " " $6 " " $7 " " $8 " " $9
  if (scopes != "" && $0 ~ (" TESTREAPER_SCOPE=([0-9a-f]+:)*(" scopes ")(:[0-9a-f:]*)?( |$)")) member[$1] = 1
}
END {
  n = split(servers, server, "\n")
  for (i = 1; i <= n; i++) {
    split(server[i], field, " ")
    root = field[2]
    since = int(field[3] / 1000000)
    if (root <= 1) continue
    if (root in start && start[root] == since) member[root] = 1
    if (field[4] != "group" || (root in start && start[root] != since)) continue
    for (pid in group) if (group[pid] == root && start[pid] >= since) member[pid] = 1
  }
  do {
    grown = 0
    for (pid in parent) {
      if (!(pid in member) && (parent[pid] in member) && start[pid] >= start[parent[pid]]) {
        member[pid] = 1
        grown = 1
      }
    }
  } while (grown)
  for (pid in member) if (pid > 1 && pid != self && state[pid] != "Z") print pid, text[pid]
  if (self in start) print "seen"
}'

# The start time of a process as ps shows it, with single spaces.
read_start() {
  set -- $(ps -o lstart= -p "$1")
  started=$*
}

end_host() {
  sleep 10
  read_start "$1"
  now=$(echo "$started" | awk "$to_seconds"'{ print to_seconds($2, $3, $4, $5) }')
  [ "$now" = "${2%??????}" ] && kill -s KILL "$1"
}

kill_members() {
  found=0
  is_seen=
  members=$(ps $all -o pid= -o ppid= -o pgid= -o stat= -o lstart= -o command= \
    | awk -v "servers=$servers" -v "scopes=$scopes" -v "self=$$" "$to_seconds$mark")
  while read -r pid start; do
    case $pid in
      seen) is_seen=1 ;;
      [0-9]*)
        found=1
        read_start "$pid"
        [ "$started" = "$start" ] && kill -s KILL "$pid"
        ;;
    esac
  done <<MEMBERS
$members
MEMBERS
  [ -n "$is_seen" ] || found=1
}

# False if a directory with the files of a server is left. find enters no other file system and follows no link.
remove_files() {
  left=0
  for server; do
    scope=${server%% *}
    directory=${ledger%/*/*}/files/${scope%"${scope#????????????}"}
    [ -n "$ledger" ] && [ ${#scope} -eq 16 ] && [ -d "$directory" ] || continue
    find "$directory" -xdev -delete
    [ ! -d "$directory" ] || left=1
  done
  return "$left"
}

# The positional parameters are the servers: "SCOPE PID START VERB". A scope that is not an id is left out.
while IFS=' ' read -r verb scope pid start; do
  case $verb in
    end)
      end_host "$scope" "$pid" &
      continue
      ;;
  esac
  case $scope in '' | *[!0-9a-f]*) continue ;; esac
  case $verb in
    add) set -- "$@" "$scope 0 0 add" ;;
    group | root) set -- "$@" "$scope $pid $start $verb" ;;
    drop)
      left=$#
      while [ "$left" -gt 0 ]; do
        server=$1
        shift
        case $server in "$scope "*) ;; *) set -- "$@" "$server" ;; esac
        left=$((left - 1))
      done
      ;;
  esac
done

scopes=
servers=
for server; do
  scope=${server%% *}
  case "|$scopes|" in *"|$scope|"*) ;; *) scopes="$scopes${scopes:+|}$scope" ;; esac
  servers="$servers$server\n"
done

passes=0
empty=0
while [ $# -gt 0 ] && [ "$empty" -lt 2 ] && [ "$passes" -lt 200 ]; do
  passes=$((passes + 1))
  [ "$passes" -le 100 ] || sleep 1
  kill_members
  if [ "$found" = 0 ]; then empty=$((empty + 1)); else empty=0; fi
done

if [ "$empty" -ge 2 ] || [ $# -eq 0 ]; then
  remove_files "$@" && rm -f "$ledger"
fi
