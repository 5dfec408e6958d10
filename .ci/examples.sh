#!/usr/bin/env bash
# Every example, built for release, prints what its header says; and coroutines in every shape pass their
# tests as the optimiser leaves them.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --examples
cargo test --release --test examples --test frames --test forwarding --test generators --test streams
