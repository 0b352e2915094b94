#!/bin/sh
# A whole backup while the tills go on selling; with the WAL archive everything since can be brought back as well.
# usage: backup.sh FOLDER [KEEP]    run as postgres, e.g. every night; KEEP whole backups stay (7)
# The connection comes from libpq's variables (PGHOST, PGPORT, PGUSER …); on Debian as postgres none is needed.
set -eu
umask 077
[ $# -ge 1 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
folder=$1
keep=${2:-7}
target=$folder/base-$(date -u +%Y%m%dT%H%M%SZ)

# Debian keeps the programs of each version in a folder that is on nobody's path.
major=$(psql --dbname=postgres --no-align --tuples-only --command="SHOW server_version_num" | cut -c1-2)
PATH=/usr/lib/postgresql/$major/bin:$PATH

mkdir -p "$folder/wal"
pg_basebackup --pgdata="$target.part" --format=plain --checkpoint=fast --wal-method=stream
pg_verifybackup --quiet "$target.part"
# Debian keeps these outside of the data.
mkdir "$target.part/boxoffice-config"
for setting in config_file hba_file ident_file; do
    path=$(psql --dbname=postgres --no-align --tuples-only --command="SHOW $setting")
    [ -r "$path" ] && cp "$path" "$target.part/boxoffice-config/"
done
mv "$target.part" "$target"
sync "$folder"
echo "$target"

# Older ones than we keep, and the WAL that only they needed.
ls -d "$folder"/base-*Z | sort -r | tail -n +"$((keep + 1))" | while read -r old; do rm -r "$old"; done
oldest=$(ls -d "$folder"/base-*Z | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
pg_archivecleanup "$folder/wal" "$first"
