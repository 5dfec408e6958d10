//! What waits in coroutines' frames: named by macro output alone, through `private`.

pub use super::advance::AdvanceLeaf;
pub use super::idle::IdleLeaf;
pub use super::interval::TickLeaf;
pub use super::join::JoinLeaf;
pub use super::park::ParkLeaf;
pub use super::sleep::SleepLeaf;
pub use super::timeout::TimeoutLeaf;
pub use super::yield_now::YieldLeaf;
