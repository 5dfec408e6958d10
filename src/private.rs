//! The only paths that macro output may name. Nothing here is public API.

pub use crate::coroutine::{ResumeArg, Site};
pub use crate::scheduler::test;
pub use crate::task::awaiting::{Awaited, IntoLeaf, Leaf, Polled, resumed, step};
pub use crate::task::leaves::{JoinLeaf, ParkLeaf, SleepLeaf, YieldLeaf};
