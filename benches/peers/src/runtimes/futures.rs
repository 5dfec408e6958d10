//! futures: its local pool, which has no timers.

use std::cell::RefCell;
use std::future::Pending;
use std::ops::DerefMut;
use std::time::Duration;

use futures::channel::{mpsc, oneshot};
use futures::executor::{LocalPool, LocalSpawner};
use futures::future::RemoteHandle;
use futures::lock::Mutex;
use futures::task::LocalSpawnExt;
use futures::{SinkExt, StreamExt};

use super::peer::Peer;
use super::waiting::{self, Channels, Locks, Oneshots, Selecting};
use crate::meter::Sample;
use crate::program::Waiting;

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

    async fn waiting(waiting: Waiting, count: usize) -> Option<Sample> {
        Some(match waiting {
            Waiting::PingPong => waiting::ping_pong::<Self>(count).await,
            Waiting::FanIn => waiting::fan_in::<Self>(count).await,
            Waiting::Select => waiting::select::<Self>(count).await,
            Waiting::Lock => waiting::lock::<Self>(count).await,
            Waiting::ContendedLock => waiting::contended_lock::<Self>(count).await,
            Waiting::Oneshot => waiting::oneshot::<Self>(count).await,
            Waiting::Request => waiting::request::<Self>(count).await,
            Waiting::Broadcast => return None,
        })
    }
}

impl Channels for Futures {
    type Sender<T: 'static> = mpsc::Sender<T>;
    type Receiver<T: 'static> = mpsc::Receiver<T>;

    fn bounded<T: 'static>(capacity: usize) -> (mpsc::Sender<T>, mpsc::Receiver<T>) {
        // Each sender adds room for one.
        mpsc::channel(capacity - 1)
    }

    fn another<T: 'static>(sender: &mpsc::Sender<T>) -> mpsc::Sender<T> {
        sender.clone()
    }

    async fn send<T: 'static>(sender: &mut mpsc::Sender<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    fn receive<T: 'static>(receiver: &mut mpsc::Receiver<T>) -> impl Future<Output = Option<T>> {
        receiver.next()
    }
}

impl Selecting for Futures {
    async fn first_of([a, b, c]: &mut [mpsc::Receiver<u64>; 3]) -> Option<u64> {
        futures::select! {
            value = a.next() => value,
            value = b.next() => value,
            value = c.next() => value,
        }
    }
}

impl Locks for Futures {
    type Lock = Mutex<u64>;

    fn unlocked() -> Mutex<u64> {
        Mutex::new(0)
    }

    fn lock(lock: &Mutex<u64>) -> impl Future<Output = impl DerefMut<Target = u64>> {
        lock.lock()
    }
}

impl Oneshots for Futures {
    type Sending = oneshot::Sender<u64>;
    type Receiving = oneshot::Receiver<u64>;

    fn oneshot() -> (oneshot::Sender<u64>, oneshot::Receiver<u64>) {
        oneshot::channel()
    }

    fn answer(sending: oneshot::Sender<u64>, value: u64) {
        sending.send(value).expect("it is received");
    }

    async fn answered(receiving: oneshot::Receiver<u64>) -> u64 {
        receiving.await.expect("it is sent")
    }
}
