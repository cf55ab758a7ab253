#!/bin/sh
# Kills a rollback of the demo (kill -9) while it undoes the migrations, and lets a second process end it.
# Usage: kill-during-revert.sh target/backout.jar [seconds into the step]
# Ends with the second process' exit code: 0 only if all of it held. 3: the kill came too early or too late.
set -u
jar=$1
step='Undo the migrations'
place=$(mktemp -d)
java -jar "$jar" demo --directory "$place" > "$place/first.txt" 2>&1 &
first=$!
while kill -0 $first 2> /dev/null && ! grep -q "begins *$step" "$place/first.txt"; do
	sleep 0.1
done
sleep "${2:-0.5}"
kill -9 $first 2> /dev/null
wait $first 2> /dev/null
if ! grep -q "begins *$step" "$place/first.txt" || grep -q "done *$step" "$place/first.txt"; then
	cat "$place/first.txt" >&2
	echo "Not killed during '$step': give other seconds" >&2
	rm -rf "$place"
	exit 3
fi
echo "Killed during '$step'; a second process goes on:"
java -jar "$jar" demo --directory "$place"
code=$?
rm -rf "$place"
exit $code
