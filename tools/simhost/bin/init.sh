#!/bin/sh
# PID 1 of a simulated host. It holds no logic: a shell that waits for ever reaps every orphan at once, and its end is
# the end of the host. One argument for each supervised process: the file that holds its command line.
for program in "$@"; do
  "${0%/*}/supervise.sh" "$program" &
done
# A job that never ends: `wait` goes on reaping even when the supervisors themselves are gone.
sleep infinity &
wait
