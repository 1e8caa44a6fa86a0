# The host is dead: everything in passes, until two in a row have found nothing.

scopes=
groups=' '
stuck=
for server; do
  parse "$server"
  [ "$cgroup" = @ ] || groups="$groups$root "
  case "|$scopes|" in *"|$scope|"*) ;; *) scopes="$scopes${scopes:+|}$scope" ;; esac
done
carried="^TESTREAPER_SCOPE=([^:]*:)*($scopes)(:|\$)"

# A mark ends with the PID namespace, pid:[4026531836]: brackets mean something else in a pattern.
mark_pattern=${mark%%[*}
[ "$mark_pattern" = "$mark" ] || mark_pattern="$mark_pattern.${mark#*[}"
mark_pattern=${mark_pattern%]}.

reads_nul=
IFS= read -r -d '' line < "/proc/$$/environ" && [ -n "$line" ] && reads_nul=1
look $$
own=$started

if [ $# -gt 0 ]; then
  # Nothing up to here, and nothing in this, needs a process.
  found=0
  kill_servers "$@"
  kill_recorded "$@"
  if [ -z "$give_up" ]; then
    IFS=. read -r now line < /proc/uptime
    give_up=$((now + 60))
  else
    rounds_without_fork "$@"
  fi
  trap 'again "$@"' EXIT

  # Some let ^ match behind a line feed within a value.
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
  begin_guard
  kill_carriers
  [ "$found" = 1 ] || [ -z "$mark" ] || kill_unexecuted

  # A grep that does not even find what is there proves nothing, nor does one that was given no answer.
  [ "$found" = 1 ] || grep -qs LC_ALL= /proc/$$/environ || found=1
  if [ "$found" = 0 ] && [ -n "$stuck" ]; then
    found=1
    waits=1
  fi
  if [ "$found" = 0 ]; then empty=$((empty + 1)); else empty=0; fi
done

for server; do
  parse "$server"
  case $cgroup in /*"/testreaper-$scope") find "$cgroup" -depth -type d -exec rmdir {} \; ;; esac
done

is_released=1
[ "$empty" -lt 2 ] || remove_memory || is_released=

[ "$empty" -ge 2 ] || [ $# -eq 0 ] && [ -n "$is_released" ] && rm -f "$ledger"
end_guard
trap - EXIT
