#!/bin/sh
# Brings a server's data back: a whole backup, and every confirmed sale of the WAL archive since then.
# usage: restore.sh BACKUP WAL DATA [TIME]
#   BACKUP a folder base-… of backup.sh     WAL the archive's folder     DATA the empty folder of the new data
#   TIME   stop there, e.g. '2026-03-20 18:30:00+01'; without it everything comes back
# Run it as postgres. It starts nothing and changes neither backup nor archive.
set -eu
umask 077
[ $# -ge 3 ] || { sed -n '3,6s/^# //p' "$0" >&2; exit 2; }
backup=$1
wal=$2
data=$3

[ -f "$backup/backup_label" ] || { echo "$backup is no backup of backup.sh" >&2; exit 1; }
[ -d "$wal" ] || { echo "there is no folder $wal" >&2; exit 1; }
mkdir -p "$data"
[ -z "$(ls -A "$data")" ] || { echo "$data is not empty: move away what is in it" >&2; exit 1; }
chmod 700 "$data"
cp -a "$backup/." "$data/"
rm -rf "$data/boxoffice-config"
{
    echo "restore_command = 'cp \"$wal/%f\" \"%p\"'"
    echo "recovery_target_timeline = 'latest'"
    if [ $# -ge 4 ]; then
        echo "recovery_target_time = '$4'"
        echo "recovery_target_action = 'promote'"
    fi
    # Two servers must not write into one archive: ALTER SYSTEM RESET archive_mode once the old one is gone for good.
    echo "archive_mode = off"
} >> "$data/postgresql.auto.conf"
touch "$data/recovery.signal"
echo "$data is ready: start the server on it, then run boxoffice server check."
