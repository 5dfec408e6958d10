//! monoio, with io_uring where the kernel has it and with its legacy driver elsewhere.

use std::time::Duration;

use local_sync::mpsc::bounded::{self, Rx, Tx};
use local_sync::oneshot;
use monoio::task::JoinHandle;
use monoio::{FusionDriver, RuntimeBuilder};

use super::peer::{HOUR, Peer};
use super::waiting::{self, Channels, Oneshots};
use crate::meter::Sample;
use crate::program::Waiting;

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

    async fn yield_within_an_hour() -> bool {
        monoio::time::timeout(HOUR, Self::yield_now()).await.is_ok()
    }

    async fn waiting(waiting: Waiting, count: usize) -> Option<Sample> {
        Some(match waiting {
            Waiting::PingPong => waiting::ping_pong::<Self>(count).await,
            Waiting::FanIn => waiting::fan_in::<Self>(count).await,
            Waiting::Oneshot => waiting::oneshot::<Self>(count).await,
            Waiting::Request => waiting::request::<Self>(count).await,
            Waiting::Select | Waiting::Lock | Waiting::ContendedLock | Waiting::Broadcast => {
                return None;
            }
        })
    }
}

/// local-sync's, which monoio's users have for that.
impl Channels for Monoio {
    type Sender<T: 'static> = Tx<T>;
    type Receiver<T: 'static> = Rx<T>;

    fn bounded<T: 'static>(capacity: usize) -> (Tx<T>, Rx<T>) {
        bounded::channel(capacity)
    }

    fn another<T: 'static>(sender: &Tx<T>) -> Tx<T> {
        sender.clone()
    }

    async fn send<T: 'static>(sender: &mut Tx<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    async fn receive<T: 'static>(receiver: &mut Rx<T>) -> Option<T> {
        receiver.recv().await
    }
}

impl Oneshots for Monoio {
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
