#!/bin/bash
# Health of a container: healthy.sh <port> [path]. With a path, GET must answer 200; without, the port must be open.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
[ $# -eq 1 ] && exit 0
printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
