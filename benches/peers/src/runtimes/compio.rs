//! compio, on io_uring where the kernel has it and by polling elsewhere.

use std::time::Duration;

use compio::runtime::{JoinHandle, Runtime};

use super::peer::{HOUR, Peer};

pub(super) struct Compio;

impl Peer for Compio {
    type Handle<T: 'static> = JoinHandle<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        Runtime::new().expect("compio's runtime starts").block_on(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        compio::runtime::spawn(future)
    }

    async fn join<T: 'static>(handle: JoinHandle<T>) -> T {
        handle.await.expect("no task panics")
    }

    fn detach<T: 'static>(handle: JoinHandle<T>) {
        handle.detach();
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Some(compio::time::sleep(duration))
    }

    async fn yield_within_an_hour() -> bool {
        compio::time::timeout(HOUR, Self::yield_now()).await.is_ok()
    }
}
