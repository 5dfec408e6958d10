//! smol: its local executor, and its executor on two threads, driven by the timers' reactor.

use std::future::pending;
use std::ops::DerefMut;
use std::thread;
use std::time::Duration;

use async_executor::{Executor, LocalExecutor, Task};
use async_io::Timer;
use async_lock::Mutex;
use futures_lite::future::{or, race};

use super::peer::{HOUR, Peer};
use super::two_workers::TwoWorkers;
use super::waiting::{self, Broadcasts, Channels, Locks, Selecting};
use crate::meter::Sample;
use crate::program::Waiting;

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

    async fn yield_within_an_hour() -> bool {
        let elapses = async {
            Timer::after(HOUR).await;
            false
        };
        let yields = async {
            Self::yield_now().await;
            true
        };
        or(yields, elapses).await
    }

    async fn waiting(waiting: Waiting, count: usize) -> Option<Sample> {
        Some(match waiting {
            Waiting::PingPong => waiting::ping_pong::<Self>(count).await,
            Waiting::FanIn => waiting::fan_in::<Self>(count).await,
            Waiting::Select => waiting::select::<Self>(count).await,
            Waiting::Lock => waiting::lock::<Self>(count).await,
            Waiting::ContendedLock => waiting::contended_lock::<Self>(count).await,
            Waiting::Broadcast => waiting::broadcast::<Self>(count).await,
            Waiting::Oneshot | Waiting::Request => return None,
        })
    }
}

impl Channels for Smol {
    type Sender<T: 'static> = async_channel::Sender<T>;
    type Receiver<T: 'static> = async_channel::Receiver<T>;

    fn bounded<T: 'static>(
        capacity: usize,
    ) -> (async_channel::Sender<T>, async_channel::Receiver<T>) {
        async_channel::bounded(capacity)
    }

    fn another<T: 'static>(sender: &async_channel::Sender<T>) -> async_channel::Sender<T> {
        sender.clone()
    }

    async fn send<T: 'static>(sender: &mut async_channel::Sender<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    async fn receive<T: 'static>(receiver: &mut async_channel::Receiver<T>) -> Option<T> {
        receiver.recv().await.ok()
    }
}

impl Selecting for Smol {
    async fn first_of([a, b, c]: &mut [async_channel::Receiver<u64>; 3]) -> Option<u64> {
        race(a.recv(), race(b.recv(), c.recv())).await.ok()
    }
}

impl Locks for Smol {
    type Lock = Mutex<u64>;

    fn unlocked() -> Mutex<u64> {
        Mutex::new(0)
    }

    fn lock(lock: &Mutex<u64>) -> impl Future<Output = impl DerefMut<Target = u64>> {
        lock.lock()
    }
}

impl Broadcasts for Smol {
    type Broadcaster = async_broadcast::Sender<u64>;
    type Listener = async_broadcast::Receiver<u64>;

    fn broadcast(
        capacity: usize,
    ) -> (async_broadcast::Sender<u64>, async_broadcast::Receiver<u64>) {
        async_broadcast::broadcast(capacity)
    }

    fn listen(broadcaster: &async_broadcast::Sender<u64>) -> async_broadcast::Receiver<u64> {
        broadcaster.new_receiver()
    }

    async fn tell(broadcaster: &async_broadcast::Sender<u64>, value: u64) {
        broadcaster.broadcast_direct(value).await.expect("all listen");
    }

    async fn hear(listener: &mut async_broadcast::Receiver<u64>) -> Option<u64> {
        listener.recv_direct().await.ok()
    }
}

/// The executor that threads share, run by two.
pub(super) struct SmolOnTwo;

/// It has the tasks of this process.
static SHARED: Executor<'static> = Executor::new();

impl TwoWorkers for SmolOnTwo {
    type Handle<T: Send + 'static> = Task<T>;
    type Sender = async_channel::Sender<u64>;
    type Receiver = async_channel::Receiver<u64>;
    type Lock = Mutex<u64>;

    fn block_on<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        // It ends with the process.
        thread::spawn(|| async_io::block_on(SHARED.run(pending::<()>())));
        async_io::block_on(SHARED.run(SHARED.spawn(future)))
    }

    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Task<T> {
        SHARED.spawn(future)
    }

    fn join<T: Send + 'static>(handle: Task<T>) -> impl Future<Output = T> + Send {
        handle
    }

    fn run_here<T>(future: impl Future<Output = T>) -> T {
        async_io::block_on(future)
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        futures_lite::future::yield_now()
    }

    fn channel() -> (async_channel::Sender<u64>, async_channel::Receiver<u64>) {
        async_channel::bounded(1)
    }

    async fn send(sender: &mut async_channel::Sender<u64>, value: u64) {
        sender.send(value).await.expect("the other receives");
    }

    async fn receive(receiver: &mut async_channel::Receiver<u64>) -> Option<u64> {
        receiver.recv().await.ok()
    }

    fn unlocked() -> Mutex<u64> {
        Mutex::new(0)
    }

    fn lock(lock: &Mutex<u64>) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        lock.lock()
    }
}
