# Removes the shared memory of the servers, whose processes are dead. Objects that another process maps or has open stay. If use cannot
# be determined, the object and the ledger stay, and the sweep of the next host removes the object.

# Whether a process maps one of the inodes, "INODE|INODE". By inode: maps shows a semaphore under its temporary name.
is_mapped() {
  name=maps
  flags=E
  pattern="^[0-9a-f]+-[0-9a-f]+ [-a-z]+ [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ ($1) +/dev/shm/"
  find_matches
  [ -n "$matches$stuck" ]
}

# sem_open(3) creates a semaphore under a temporary name, sem.XXXXXX, and then gives it its own. $1 INODE, $2 NAME.
find_path() {
  path=/dev/shm/$2
  case $2 in sem.??????) path=$(find /dev/shm -maxdepth 1 -name 'sem.*' -inum "$1") ;; esac
  path=${path%%"
"*}
}

# $1 INODE, $2 NAME. An ordinary user cannot see who else uses a file. Such a user removes only files without permissions for others, and
# only if no process of that user has them open. Only root removes files that other users can open.
remove_file() {
  find_path "$1" "$2"
  inode=$1
  set -- $(ls -lid "$path")
  [ "$1" = "$inode" ] || return 0
  case $2 in
    -???------*) ;;
    -*) [ -r /proc/1/maps ] || return ;;
    *) return 0 ;;
  esac
  case "$opened " in *" -> $path "*) return 1 ;; esac
  [ -z "$mapped" ] || ! is_mapped "$inode" || return
  rm -f "$path"
  [ ! -e "$path" ]
}

# $1 ID, $2 the pid of the creator.
remove_segment() {
  while read -r key id perms size creator last attached line; do
    [ "$id" = "$1" ] && [ "$creator" = "$2" ] || continue
    [ "$attached" = 0 ] && ipcrm -m "$id"
    return
  done < /proc/sysvipc/shm
}

# False if an object is left.
remove_memory() {
  inodes=
  for item in $testreaper_memory; do
    case $item in *:shm:*)
      item=${item#*:shm:}
      inodes="$inodes${inodes:+|}${item%%:*}"
      ;;
    esac
  done
  mapped=
  opened=
  if [ -n "$inodes" ]; then
    stuck=
    is_mapped "$inodes" && mapped=1
    opened=$(ls -l /proc/[0-9]*/fd | grep -F ' -> /dev/shm/' | tr '\n' ' ')
  fi
  is_removed=0
  for item in $testreaper_memory; do
    value=${item#*:*:}
    case $item in
      *:shm:*) remove_file "${value%%:*}" "${value#*:}" ;;
      *:ipc:*) remove_segment "${value%%:*}" "${value#*:}" ;;
    esac
    [ $? = 0 ] || is_removed=1
  done
  return "$is_removed"
}
