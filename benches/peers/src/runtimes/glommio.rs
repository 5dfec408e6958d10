//! glommio: one executor, on whatever processor it is.

use std::rc::Rc;
use std::time::Duration;

use glommio::channels::local_channel::{LocalReceiver, LocalSender, new_bounded};
use glommio::timer::{sleep, timeout};
use glommio::{GlommioError, LocalExecutorBuilder, Placement, Task};

use super::peer::{HOUR, Peer};
use super::waiting::{self, Channels};
use crate::meter::Sample;
use crate::program::Waiting;

pub(super) struct Glommio;

impl Peer for Glommio {
    type Handle<T: 'static> = Task<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let executor = LocalExecutorBuilder::new(Placement::Unbound).make();
        executor.expect("glommio's executor starts").run(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Task<T> {
        glommio::spawn_local(future)
    }

    fn join<T: 'static>(handle: Task<T>) -> impl Future<Output = T> {
        handle
    }

    fn detach<T: 'static>(handle: Task<T>) {
        drop(handle.detach());
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Some(sleep(duration))
    }

    async fn yield_within_an_hour() -> bool {
        let yields = async {
            Self::yield_now().await;
            Ok::<(), GlommioError<()>>(())
        };
        timeout(HOUR, yields).await.is_ok()
    }

    async fn waiting(waiting: Waiting, count: usize) -> Option<Sample> {
        Some(match waiting {
            Waiting::PingPong => waiting::ping_pong::<Self>(count).await,
            Waiting::FanIn => waiting::fan_in::<Self>(count).await,
            Waiting::Select
            | Waiting::Lock
            | Waiting::ContendedLock
            | Waiting::Oneshot
            | Waiting::Request
            | Waiting::Broadcast => return None,
        })
    }
}

impl Channels for Glommio {
    type Sender<T: 'static> = Rc<LocalSender<T>>;
    type Receiver<T: 'static> = LocalReceiver<T>;

    fn bounded<T: 'static>(capacity: usize) -> (Rc<LocalSender<T>>, LocalReceiver<T>) {
        let (sender, receiver) = new_bounded(capacity);
        (Rc::new(sender), receiver)
    }

    fn another<T: 'static>(sender: &Rc<LocalSender<T>>) -> Rc<LocalSender<T>> {
        sender.clone()
    }

    async fn send<T: 'static>(sender: &mut Rc<LocalSender<T>>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    fn receive<T: 'static>(receiver: &mut LocalReceiver<T>) -> impl Future<Output = Option<T>> {
        receiver.recv()
    }
}
