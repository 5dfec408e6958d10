//! What the tasks of all runtimes compute.

use std::hint::black_box;

/// Into so many tasks work is forked.
pub(super) const CHUNKS: usize = 64;

/// So many steps, each of which needs the one before, of a linear congruential generator (Knuth's
/// MMIX constants).
pub(super) fn compute(chunk: usize, steps: usize) -> u64 {
    let mut state = black_box(chunk as u64);
    for _ in 0..steps {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    }
    state
}

/// How deep a tree is in which each of so many tasks but the last spawns ten.
pub(super) fn depth_of(tasks: usize) -> u32 {
    tasks.ilog10()
}

/// The leaves give the numbers from zero on.
pub(super) fn check_sum(depth: u32, sum: u64) {
    let leaves = 10_u64.pow(depth);
    assert_eq!(sum, leaves * (leaves - 1) / 2, "every leaf is added up once");
}
