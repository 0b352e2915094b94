#!/bin/sh
# PostgreSQL's archive_command: keeps one piece of WAL, on the disk before it answers, whole or not at all.
# usage: archive-wal.sh FILE FOLDER NAME
set -eu
file=$1
folder=$2
name=$3

if [ -e "$folder/$name" ]; then
    # A crash between keeping and answering asks twice. Another content under the same name is another server's.
    cmp -s "$file" "$folder/$name" && exit 0
    echo "$folder/$name is there with another content: does another server write into this archive?" >&2
    exit 1
fi
cp "$file" "$folder/$name.part"
sync "$folder/$name.part"
mv "$folder/$name.part" "$folder/$name"
sync "$folder"
