//! flume's channels, between tasks of tokio: it has none of its own.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::peer::Peer;
use super::tokio::Tokio;
use super::waiting::{self, Channels};
use crate::meter::Sample;
use crate::program::Waiting;

pub(super) struct Flume;

pub(super) fn run(waiting: Waiting, count: usize) -> Option<Sample> {
    Flume::block_on(async move { Flume::join(Flume::spawn(Flume::waiting(waiting, count))).await })
}

impl Peer for Flume {
    type Handle<T: 'static> = JoinHandle<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        Tokio::block_on(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        Tokio::spawn(future)
    }

    fn join<T: 'static>(handle: JoinHandle<T>) -> impl Future<Output = T> {
        Tokio::join(handle)
    }

    fn detach<T: 'static>(handle: JoinHandle<T>) {
        Tokio::detach(handle);
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Tokio::sleep(duration)
    }

    async fn waiting(waiting: Waiting, count: usize) -> Option<Sample> {
        match waiting {
            Waiting::PingPong => Some(waiting::ping_pong::<Self>(count).await),
            Waiting::FanIn => Some(waiting::fan_in::<Self>(count).await),
            Waiting::Lock
            | Waiting::ContendedLock
            | Waiting::Oneshot
            | Waiting::Request
            | Waiting::Broadcast
            | Waiting::Select => None,
        }
    }
}

impl Channels for Flume {
    type Sender<T: 'static> = flume::Sender<T>;
    type Receiver<T: 'static> = flume::Receiver<T>;

    fn bounded<T: 'static>(capacity: usize) -> (flume::Sender<T>, flume::Receiver<T>) {
        flume::bounded(capacity)
    }

    fn another<T: 'static>(sender: &flume::Sender<T>) -> flume::Sender<T> {
        sender.clone()
    }

    async fn send<T: 'static>(sender: &mut flume::Sender<T>, value: T) -> bool {
        sender.send_async(value).await.is_ok()
    }

    async fn receive<T: 'static>(receiver: &mut flume::Receiver<T>) -> Option<T> {
        receiver.recv_async().await.ok()
    }
}
