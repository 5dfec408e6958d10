//! smol: its local executor, driven by the timers' reactor.

use std::time::Duration;

use async_executor::{LocalExecutor, Task};
use async_io::Timer;

use super::peer::Peer;

pub(super) struct Smol;

thread_local! {
    static EXECUTOR: LocalExecutor<'static> = const { LocalExecutor::new() };
}

impl Peer for Smol {
    type Handle<T: 'static> = Task<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        EXECUTOR.with(|executor| async_io::block_on(executor.run(future)))
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Task<T> {
        EXECUTOR.with(|executor| executor.spawn(future))
    }

    fn join<T: 'static>(handle: Task<T>) -> impl Future<Output = T> {
        handle
    }

    fn detach<T: 'static>(handle: Task<T>) {
        handle.detach();
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Some(async move {
            Timer::after(duration).await;
        })
    }
}
