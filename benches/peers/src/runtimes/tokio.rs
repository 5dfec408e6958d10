//! tokio: a current-thread runtime whose tasks need not be `Send`.

use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::peer::Peer;
use crate::meter::{Meter, Sample};

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
}
