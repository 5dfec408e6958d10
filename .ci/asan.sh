#!/usr/bin/env bash
# The tests under the address sanitizer, leaks included; not those that run cargo or only read files.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
without=" architecture environments examples expand frame_sizes public_api readme ui "

tests=()
for file in tests/*.rs tests/*/main.rs; do
    [[ -e $file ]] || continue
    name=$(basename "${file%/main.rs}" .rs)
    [[ $without == *" $name "* ]] || tests+=(--test "$name")
done

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/asan
export RUSTFLAGS="-Zsanitizer=address"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
cargo test --target "$target" --lib "${tests[@]}"
# Those that ask for a scheduler, and not for one worker, again on several.
tests=(behavior sync channel gevent groups)
for workers in 2 4; do
    COWEAVE_TEST_WORKERS=$workers cargo test --target "$target" "${tests[@]/#/--test=}"
done
