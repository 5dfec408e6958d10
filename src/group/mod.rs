//! Tasks that belong together: spawned, bounded, joined and cancelled as one. See [`TaskGroup`].
//!
//! ```text
//!   spawn ── place ──► member ── end ──► result ──► join_next, join_all, a stream
//!              ▲                  │
//!              └── room queue ◄───┘ place given back
//! ```
//! A task's end puts its result into the queue of the group, so nobody looks through the members. The
//! invariant of the layer: nothing is held while foreign code runs, and a place is taken by one
//! member, or by one who was given it, at a time.

mod error;
mod members;
mod results;
pub(crate) mod operations;
mod task_group;
mod joining;
mod builder;
mod failing;
mod mapping;
mod completions;

pub use completions::Completions;
pub use error::Full;
pub use joining::{JoinAll, JoinNext, SpawnInGroup, WaitAvailable};
pub use task_group::TaskGroup;
