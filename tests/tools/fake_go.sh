#!/bin/sh
# Stands for the go command: makes programs at once, notes how it was called, and does what the test asks for.
IFS='|'
echo "$*" >>"$FAKE_GO_NOTES"
case "$1:$FAKE_GO_FAILURE" in
env:*) ;;
*:?*)
    echo "$FAKE_GO_FAILURE" >&2
    exit 1
    ;;
esac
case "$1 $2" in
"env GOVERSION") echo "${FAKE_GO_VERSION:-go1.26.1}" ;;
"env GOCACHE") echo "${FAKE_GO_NOTES%/*}" ;;
"mod download") echo "{\"Dir\": \"$FAKE_GO_MODULE\"}" ;;
build*)
    # Reading a FIFO blocks until the test opens it for writing, and ends when the test closes it.
    if [ "$FAKE_GO_GATE" ]; then /bin/cat "$FAKE_GO_GATE" >/dev/null; fi
    while [ "$1" != -o ]; do shift; done
    folder=$2
    shift 2
    for package; do
        name=${package%/v[0-9]}
        program=$folder${name##*/}
        echo "built from $package in ${PWD##*/}" >"$program" || exit 1
        /bin/chmod 755 "$program"
    done
    ;;
esac
