#!/bin/sh
# PID 1 of a host's container. It reaps every orphan, keeps agent and guard running, and ends in order on SIGTERM.
set -u
supervise=/opt/tandem/tools/simhost/bin/supervise.sh
programs=/opt/tandem/docker/programs

# Pids of the processes of one name. The pid files of an earlier life of the container may name strangers.
named() {
  for comm in /proc/[0-9]*/comm; do
    if { read -r name <"$comm"; } 2>/dev/null && [ "$name" = "$1" ]; then basename "${comm%/comm}"; fi
  done
}

# Agent and guard first: they would take a stopped postmaster for a crash.
shut_down() {
  kill -KILL $supervisors $(named node) 2>/dev/null
  for file in "$TANDEM_HOST_DIR"/nodes/*/data/postmaster.pid; do
    if { read -r pid <"$file"; } 2>/dev/null && named postgres | grep -qx "$pid"; then kill -INT "$pid"; fi
  done
  # Unbounded here: the engine ends it at the end of the grace period.
  while [ -n "$(named postgres)" ]; do sleep 0.1; done
  exit 0
}

"$supervise" "$programs/agent" &
supervisors=$!
case ",$TANDEM_HOST_ROLES," in
  *,database,*)
    # The guard fences primaries (R6): an endpoint host has none.
    "$supervise" "$programs/guard" &
    supervisors="$supervisors $!"
    ;;
esac
trap shut_down TERM INT
# A job that never ends: `wait` goes on reaping even when the supervisors themselves are gone.
sleep infinity &
wait
