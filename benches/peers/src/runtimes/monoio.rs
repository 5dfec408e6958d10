//! monoio, with io_uring where the kernel has it and with its legacy driver elsewhere.

use std::time::Duration;

use monoio::task::JoinHandle;
use monoio::{FusionDriver, RuntimeBuilder};

use super::peer::Peer;

pub(super) struct Monoio;

impl Peer for Monoio {
    type Handle<T: 'static> = JoinHandle<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let runtime = RuntimeBuilder::<FusionDriver>::new().enable_timer().build();
        runtime.expect("monoio's runtime starts").block_on(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        monoio::spawn(future)
    }

    fn join<T: 'static>(handle: JoinHandle<T>) -> impl Future<Output = T> {
        handle
    }

    fn detach<T: 'static>(handle: JoinHandle<T>) {
        drop(handle);
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Some(monoio::time::sleep(duration))
    }
}
