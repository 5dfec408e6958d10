#!/usr/bin/env bash
# The models of the core, under loom (`src/task/README.md` lists them); LOOM_MAX_PREEMPTIONS=3 looks further.
set -euo pipefail
cd "$(dirname "$0")/.."

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/loom
export RUSTFLAGS="--cfg coweave_loom"
cargo test --release --test loom
