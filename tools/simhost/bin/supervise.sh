#!/bin/sh
# Keeps one program of a simulated host running: restarted 200 ms after its end, later and later (2 s at most) as long
# as it does not live for five seconds. $1: a shell file that ends in `exec` of the program.
uptime_s() { read -r up _ </proc/uptime; echo "${up%%.*}"; }
delay=0.2
while :; do
  began=$(uptime_s)
  /bin/sh "$1"
  if [ $(($(uptime_s) - began)) -ge 5 ]; then delay=0.2; fi
  sleep "$delay"
  case $delay in 0.2) delay=0.4 ;; 0.4) delay=0.8 ;; 0.8) delay=1.6 ;; *) delay=2 ;; esac
done
