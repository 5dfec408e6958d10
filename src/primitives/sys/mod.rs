//! What the primitives ask of the operating system.

#[cfg(all(target_os = "linux", not(miri), not(coweave_loom)))]
mod linux;
#[cfg(all(not(all(target_os = "linux", not(miri))), not(coweave_loom)))]
mod other;

#[cfg(all(target_os = "linux", not(miri), not(coweave_loom)))]
pub(super) use linux::{barrier_everywhere, has_barrier_everywhere};
#[cfg(all(not(all(target_os = "linux", not(miri))), not(coweave_loom)))]
pub(super) use other::{barrier_everywhere, has_barrier_everywhere};

#[cfg(coweave_loom)]
pub(super) use super::modelled::{barrier_everywhere, has_barrier_everywhere};
