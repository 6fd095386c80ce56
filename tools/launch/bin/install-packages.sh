#!/bin/sh
# Installs Debian packages without starting their services or creating PostgreSQL's default cluster. Runs as root.
# What it has to change for that (policy-rc.d, createcluster.conf) is put back as it was, whatever happens.
set -eu
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf
saved=$(mktemp -d)

restore() {
  if [ -e "$saved/policy" ]; then cp -p "$saved/policy" "$policy"; else rm -f "$policy"; fi
  if [ -e "$saved/clusters" ]; then cp -p "$saved/clusters" "$clusters"; fi
  rm -rf "$saved"
}
trap restore EXIT
trap 'exit 130' INT TERM HUP

if [ -e "$policy" ]; then cp -p "$policy" "$saved/policy"; fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update
# First the package that owns createcluster.conf: it makes no cluster, and the file must say no before the server comes.
case " $* " in
  *' postgresql '*)
    apt-get install -y --no-install-recommends postgresql-common
    cp -p "$clusters" "$saved/clusters"
    echo 'create_main_cluster = false' >>"$clusters"
    ;;
esac
apt-get install -y --no-install-recommends "$@"
