//! tokio: a current-thread runtime whose tasks need not be `Send`.

use std::ops::DerefMut;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::{Mutex, Notify, broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::peer::{HOUR, Peer};
use super::two_workers::TwoWorkers;
use super::waiting::{self, Broadcasts, Channels, Locks, Oneshots, Selecting};
use crate::meter::{Meter, Sample};
use crate::program::Waiting;

pub(super) struct Tokio;

impl Peer for Tokio {
    type Handle<T: 'static> = JoinHandle<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let runtime =
            Builder::new_current_thread().enable_time().build_local(LocalOptions::default());
        runtime.expect("tokio's runtime starts").block_on(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        tokio::task::spawn_local(future)
    }

    async fn join<T: 'static>(handle: JoinHandle<T>) -> T {
        handle.await.expect("no task panics")
    }

    fn detach<T: 'static>(handle: JoinHandle<T>) {
        drop(handle);
    }

    fn yield_now() -> impl Future<Output = ()> {
        tokio::task::yield_now()
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Some(tokio::time::sleep(duration))
    }

    async fn yield_within_an_hour() -> bool {
        tokio::time::timeout(HOUR, Self::yield_now()).await.is_ok()
    }

    async fn park(count: usize) -> Option<Sample> {
        let calls = Rc::new([Notify::new(), Notify::new()]);
        let answering = calls.clone();
        let other = Self::spawn(async move {
            for _ in 0..count {
                answering[1].notified().await;
                answering[0].notify_one();
            }
        });
        let meter = Meter::start();
        for _ in 0..count {
            calls[1].notify_one();
            calls[0].notified().await;
        }
        let sample = meter.stop();
        Self::join(other).await;
        Some(sample)
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
            Waiting::Broadcast => waiting::broadcast::<Self>(count).await,
        })
    }
}

impl Channels for Tokio {
    type Sender<T: 'static> = mpsc::Sender<T>;
    type Receiver<T: 'static> = mpsc::Receiver<T>;

    fn bounded<T: 'static>(capacity: usize) -> (mpsc::Sender<T>, mpsc::Receiver<T>) {
        mpsc::channel(capacity)
    }

    fn another<T: 'static>(sender: &mpsc::Sender<T>) -> mpsc::Sender<T> {
        sender.clone()
    }

    async fn send<T: 'static>(sender: &mut mpsc::Sender<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    fn receive<T: 'static>(receiver: &mut mpsc::Receiver<T>) -> impl Future<Output = Option<T>> {
        receiver.recv()
    }
}

impl Selecting for Tokio {
    async fn first_of([a, b, c]: &mut [mpsc::Receiver<u64>; 3]) -> Option<u64> {
        tokio::select! {
            value = a.recv() => value,
            value = b.recv() => value,
            value = c.recv() => value,
        }
    }
}

impl Locks for Tokio {
    type Lock = Mutex<u64>;

    fn unlocked() -> Mutex<u64> {
        Mutex::new(0)
    }

    fn lock(lock: &Mutex<u64>) -> impl Future<Output = impl DerefMut<Target = u64>> {
        lock.lock()
    }
}

impl Oneshots for Tokio {
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

impl Broadcasts for Tokio {
    type Broadcaster = broadcast::Sender<u64>;
    type Listener = broadcast::Receiver<u64>;

    fn broadcast(capacity: usize) -> (broadcast::Sender<u64>, broadcast::Receiver<u64>) {
        broadcast::channel(capacity)
    }

    fn listen(broadcaster: &broadcast::Sender<u64>) -> broadcast::Receiver<u64> {
        broadcaster.subscribe()
    }

    async fn tell(broadcaster: &broadcast::Sender<u64>, value: u64) {
        broadcaster.send(value).expect("all listen");
    }

    async fn hear(listener: &mut broadcast::Receiver<u64>) -> Option<u64> {
        match listener.recv().await {
            Ok(value) => Some(value),
            Err(broadcast::error::RecvError::Closed) => None,
            Err(broadcast::error::RecvError::Lagged(_)) => unreachable!("nobody lags"),
        }
    }
}

/// The runtime of many threads, with two.
pub(super) struct TokioOnTwo;

impl TwoWorkers for TokioOnTwo {
    type Handle<T: Send + 'static> = JoinHandle<T>;
    type Sender = mpsc::Sender<u64>;
    type Receiver = mpsc::Receiver<u64>;
    type Lock = Mutex<u64>;

    fn block_on<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build();
        runtime
            .expect("tokio's runtime starts")
            .block_on(async { tokio::spawn(future).await.expect("no task panics") })
    }

    fn spawn<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        tokio::spawn(future)
    }

    async fn join<T: Send + 'static>(handle: JoinHandle<T>) -> T {
        handle.await.expect("no task panics")
    }

    fn run_here<T>(future: impl Future<Output = T>) -> T {
        let runtime = Builder::new_current_thread().build();
        runtime.expect("tokio's runtime starts").block_on(future)
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        tokio::task::yield_now()
    }

    fn channel() -> (mpsc::Sender<u64>, mpsc::Receiver<u64>) {
        mpsc::channel(1)
    }

    async fn send(sender: &mut mpsc::Sender<u64>, value: u64) {
        sender.send(value).await.expect("the other receives");
    }

    fn receive(receiver: &mut mpsc::Receiver<u64>) -> impl Future<Output = Option<u64>> + Send {
        receiver.recv()
    }

    fn unlocked() -> Mutex<u64> {
        Mutex::new(0)
    }

    fn lock(lock: &Mutex<u64>) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        lock.lock()
    }
}
