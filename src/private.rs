//! The only paths that macro output may name. Nothing here is public API.

pub use crate::coroutine::{ResumeArg, Site};
pub use crate::task::awaiting::{Awaited, IntoLeaf, Leaf, resumed, step};
