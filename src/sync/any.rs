//! The primitives for either [`Mode`](super::Mode): what [`sync`](super) and [`local`](super::local) name.

pub use super::barrier::Barrier;
pub use super::condvar::Condvar;
pub use super::event::Event;
pub use super::mutex::Mutex;
pub use super::notify::Notify;
pub use super::once_cell::OnceCell;
pub use super::promise::Promise;
pub use super::rw_lock::RwLock;
pub use super::semaphore::Semaphore;
pub use super::wait_group::WaitGroup;
