//! What waits in coroutines' frames: named by macro output alone, through `private`.

pub use super::join::JoinLeaf;
pub use super::park::ParkLeaf;
pub use super::sleep::SleepLeaf;
pub use super::yield_now::YieldLeaf;
