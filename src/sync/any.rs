//! The primitives for either [`Mode`](super::Mode): what [`sync`](super) and [`local`](super::local) name.

pub use super::mutex::Mutex;
