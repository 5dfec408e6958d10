//! What is asked of the operating system, beyond what the standard library does. Nothing here is needed
//! for more than speed.

#[cfg(all(target_os = "linux", not(miri)))]
mod linux;
#[cfg(not(all(target_os = "linux", not(miri))))]
mod other;

#[cfg(all(target_os = "linux", not(miri)))]
pub(super) use linux::{barrier_everywhere, has_barrier_everywhere};
#[cfg(not(all(target_os = "linux", not(miri))))]
pub(super) use other::{barrier_everywhere, has_barrier_everywhere};
