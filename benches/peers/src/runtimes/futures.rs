//! futures: its local pool, which has no timers.

use std::cell::RefCell;
use std::future::Pending;
use std::time::Duration;

use futures::executor::{LocalPool, LocalSpawner};
use futures::future::RemoteHandle;
use futures::task::LocalSpawnExt;

use super::peer::Peer;

pub(super) struct Futures;

thread_local! {
    static SPAWNER: RefCell<Option<LocalSpawner>> = const { RefCell::new(None) };
}

impl Peer for Futures {
    type Handle<T: 'static> = RemoteHandle<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let mut pool = LocalPool::new();
        SPAWNER.set(Some(pool.spawner()));
        pool.run_until(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> RemoteHandle<T> {
        SPAWNER.with_borrow(|spawner| {
            let spawner = spawner.as_ref().expect("the pool runs");
            spawner.spawn_local_with_handle(future).expect("the pool runs")
        })
    }

    fn join<T: 'static>(handle: RemoteHandle<T>) -> impl Future<Output = T> {
        handle
    }

    fn detach<T: 'static>(handle: RemoteHandle<T>) {
        handle.forget();
    }

    fn sleep(_: Duration) -> Option<impl Future<Output = ()>> {
        None::<Pending<()>>
    }
}
