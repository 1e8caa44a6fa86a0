# Removes the files that the host has written for its servers, which may have secrets in them. The directory of a server is named after
# its scope. If a directory cannot be removed, the ledger stays, and the sweep of the next host tries again.

# Whether a file system is mounted in the directory, or that is unknown. mountinfo(5) writes unusual characters in another way.
is_mounted() {
  case $1 in *[!A-Za-z0-9/._:-]*) return 0 ;; esac
  grep -qE " $1(/[^ ]*)? " /proc/self/mountinfo
  [ $? -ne 1 ]
}

# False if a directory is left. A name that is not a scope is left alone, and rm does not follow links.
remove_files() {
  left=0
  for server; do
    parse_server "$server"
    [ -n "$ledger" ] || continue
    case $scope in *[!0-9a-f]*) continue ;; ????????????????) ;; *) continue ;; esac
    directory=${ledger%/*/*}/files/${scope%"${scope#????????????}"}
    [ -d "$directory" ] || continue
    is_mounted "$directory" || rm -rf "$directory"
    [ ! -d "$directory" ] || left=1
  done
  return "$left"
}
