#!/bin/sh
# Kills a rollback of the demo (kill -9) while it undoes the migrations, and lets a second process end it.
# Usage: kill-during-revert.sh target/backout.jar [seconds after the approval]
# Ends with the second process' exit code: 0 only if all of it held.
set -u
jar=$1
place=$(mktemp -d)
java -jar "$jar" demo --directory "$place" > "$place/first.txt" 2>&1 &
first=$!
while kill -0 $first 2> /dev/null && ! grep -q "answers 'Approve the rollback'" "$place/first.txt"; do
	sleep 0.2
done
sleep "${2:-2.5}"
kill -9 $first || { echo "The first process had ended; give fewer seconds" >&2; exit 2; }
java -jar "$jar" demo --directory "$place"
code=$?
rm -rf "$place"
exit $code
