# The host is dead: kills in passes, until two in a row find nothing.

scopes=
groups=' '
stuck=
for server; do
  parse_server "$server"
  [ "$cgroup" = @ ] || groups="$groups$root "
  case "|$scopes|" in *"|$scope|"*) ;; *) scopes="$scopes${scopes:+|}$scope" ;; esac
done
carried="^TESTREAPER_SCOPE=([^:]*:)*($scopes)(:|\$)"

# The memory tag ends with the PID namespace, pid:[4026531836]. In a pattern, brackets have another meaning.
tag_pattern=${tag%%[*}
[ "$tag_pattern" = "$tag" ] || tag_pattern="$tag_pattern.${tag#*[}"
tag_pattern=${tag_pattern%]}.

reads_nul=
IFS= read -r -d '' line < "/proc/$$/environ" && [ -n "$line" ] && reads_nul=1
read_stat $$
own=$started

if [ $# -gt 0 ]; then
  # Up to here, and in these two calls, no new process is needed.
  found=0
  kill_servers "$@"
  kill_recorded "$@"
  if [ -z "$deadline" ]; then
    IFS=. read -r now line < /proc/uptime
    deadline=$((now + 60))
  else
    rounds_without_fork "$@"
  fi
  trap 'restart_shell "$@"' EXIT

  # In some greps ^ also matches behind a line feed within a value.
  splits_at_nul=
  is_exact=
  printf 'A\000B' | grep -qz '^B' && splits_at_nul=1
  [ -z "$splits_at_nul" ] || printf 'A\nB' | grep -qz '^B' || is_exact=1
fi

passes=0
empty=0
waits=0
while [ $# -gt 0 ] && [ "$empty" -lt 2 ] && [ "$passes" -lt 200 ]; do
  passes=$((passes + 1))
  if [ "$passes" -gt 100 ] || [ "$waits" = 1 ]; then
    sleep 1
    stuck=
  fi
  waits=0
  found=0
  kill_servers "$@"
  kill_recorded "$@"
  start_reader_killer
  kill_carriers
  [ "$found" = 1 ] || [ -z "$tag" ] || kill_unexecuted

  # An empty pass counts only if grep finds the variable LC_ALL of this shell, and if every reader got an answer.
  [ "$found" = 1 ] || grep -qs LC_ALL= /proc/$$/environ || found=1
  if [ "$found" = 0 ] && [ -n "$stuck" ]; then
    found=1
    waits=1
  fi
  if [ "$found" = 0 ]; then empty=$((empty + 1)); else empty=0; fi
done

for server; do
  parse_server "$server"
  case $cgroup in /*"/testreaper-$scope") find "$cgroup" -depth -type d -exec rmdir {} \; ;; esac
done

# Other test hosts open an object for a moment to see who uses it.
is_released=1
tries=1
while [ "$empty" -ge 2 ] && ! remove_memory; do
  if [ "$tries" = 5 ]; then
    is_released=
    break
  fi
  tries=$((tries + 1))
  sleep 1
done

[ "$empty" -lt 2 ] || remove_files "$@" || is_released=

{ [ "$empty" -ge 2 ] || [ $# -eq 0 ]; } && [ -n "$is_released" ] && rm -f "$ledger"
stop_reader_killer
trap - EXIT
