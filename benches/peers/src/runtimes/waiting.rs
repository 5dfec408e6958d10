//! The programs about waiting for each other, written once for all runtimes whose channels and locks
//! are awaited. A runtime implements the traits of those that it has.

use std::hint::black_box;
use std::ops::DerefMut;
use std::rc::Rc;

use super::peer::Peer;
use crate::meter::{Meter, Sample};

/// Bounded channels.
pub(super) trait Channels: Peer {
    type Sender<T: 'static>: 'static;
    type Receiver<T: 'static>: 'static;

    fn bounded<T: 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>);
    /// One more sender of the same channel.
    fn another<T: 'static>(sender: &Self::Sender<T>) -> Self::Sender<T>;
    /// Returns false once nobody receives.
    fn send<T: 'static>(sender: &mut Self::Sender<T>, value: T) -> impl Future<Output = bool>;
    fn receive<T: 'static>(receiver: &mut Self::Receiver<T>) -> impl Future<Output = Option<T>>;
}

/// Receiving from the first of three channels in which something is.
pub(super) trait Selecting: Channels {
    fn first_of(from: &mut [Self::Receiver<u64>; 3]) -> impl Future<Output = Option<u64>>;
}

/// Locks that are awaited.
pub(super) trait Locks: Peer {
    type Lock: 'static;

    fn unlocked() -> Self::Lock;
    fn lock(lock: &Self::Lock) -> impl Future<Output = impl DerefMut<Target = u64>>;
}

/// Channels for one value.
pub(super) trait Oneshots: Peer {
    type Sending: 'static;
    type Receiving: 'static;

    fn oneshot() -> (Self::Sending, Self::Receiving);
    fn answer(sending: Self::Sending, value: u64);
    fn answered(receiving: Self::Receiving) -> impl Future<Output = u64>;
}

/// Channels of which every receiver gets every value.
pub(super) trait Broadcasts: Peer {
    type Broadcaster: 'static;
    type Listener: 'static;

    fn broadcast(capacity: usize) -> (Self::Broadcaster, Self::Listener);
    fn listen(broadcaster: &Self::Broadcaster) -> Self::Listener;
    fn tell(broadcaster: &Self::Broadcaster, value: u64) -> impl Future<Output = ()>;
    fn hear(listener: &mut Self::Listener) -> impl Future<Output = Option<u64>>;
}

pub(super) async fn ping_pong<P: Channels>(count: usize) -> Sample {
    let (mut to, mut at_other) = P::bounded(1);
    let (mut back, mut from) = P::bounded(1);
    let other = P::spawn(async move {
        while let Some(value) = P::receive::<u64>(&mut at_other).await {
            P::send(&mut back, value).await;
        }
    });
    let meter = Meter::start();
    for value in 0..count as u64 {
        P::send(&mut to, value).await;
        P::receive(&mut from).await;
    }
    let sample = meter.stop();
    drop(to);
    P::join(other).await;
    sample
}

async fn produce<P: Channels>(mut into: P::Sender<u64>, count: usize) {
    for value in 0..count as u64 {
        if !P::send(&mut into, value).await {
            return;
        }
    }
}

pub(super) async fn fan_in<P: Channels>(count: usize) -> Sample {
    let (sender, mut receiver) = P::bounded(100);
    let meter = Meter::start();
    for _ in 0..4 {
        P::detach(P::spawn(produce::<P>(P::another(&sender), count / 4)));
    }
    drop(sender);
    let mut sum = 0;
    while let Some(value) = P::receive(&mut receiver).await {
        sum += value;
    }
    black_box(sum);
    meter.stop()
}

pub(super) async fn select<P: Selecting>(count: usize) -> Sample {
    let meter = Meter::start();
    let mut receivers = [(); 3].map(|()| {
        let (sender, receiver) = P::bounded(100);
        P::detach(P::spawn(produce::<P>(sender, count)));
        receiver
    });
    let mut sum = 0;
    for _ in 0..count {
        sum += P::first_of(&mut receivers).await.expect("each sends so many");
    }
    black_box(sum);
    meter.stop()
}

pub(super) async fn lock<P: Locks>(count: usize) -> Sample {
    let lock = P::unlocked();
    let meter = Meter::start();
    for _ in 0..count {
        *P::lock(&lock).await += 1;
    }
    meter.stop()
}

async fn hold<P: Locks>(lock: Rc<P::Lock>, count: usize) {
    for _ in 0..count {
        let mut locked = P::lock(&lock).await;
        P::yield_now().await;
        *locked += 1;
    }
}

pub(super) async fn contended_lock<P: Locks>(count: usize) -> Sample {
    let lock = Rc::new(P::unlocked());
    let meter = Meter::start();
    let tasks = [(); 4].map(|()| P::spawn(hold::<P>(lock.clone(), count / 4)));
    for task in tasks {
        P::join(task).await;
    }
    meter.stop()
}

pub(super) async fn oneshot<P: Oneshots>(count: usize) -> Sample {
    let meter = Meter::start();
    let mut sum = 0;
    for value in 0..count as u64 {
        let (sending, receiving) = P::oneshot();
        P::answer(sending, value);
        sum += P::answered(receiving).await;
    }
    black_box(sum);
    meter.stop()
}

pub(super) async fn request<P: Oneshots + Channels>(count: usize) -> Sample {
    let (mut requests, mut at_server) = P::bounded(1);
    let server = P::spawn(async move {
        while let Some((value, sending)) = P::receive::<(u64, P::Sending)>(&mut at_server).await {
            P::answer(sending, value);
        }
    });
    let meter = Meter::start();
    let mut sum = 0;
    for value in 0..count as u64 {
        let (sending, receiving) = P::oneshot();
        P::send(&mut requests, (value, sending)).await;
        sum += P::answered(receiving).await;
    }
    black_box(sum);
    let sample = meter.stop();
    drop(requests);
    P::join(server).await;
    sample
}

async fn listen_to_all<P: Broadcasts>(mut listener: P::Listener) {
    let mut sum = 0;
    while let Some(value) = P::hear(&mut listener).await {
        sum += value;
    }
    black_box(sum);
}

pub(super) async fn broadcast<P: Broadcasts>(count: usize) -> Sample {
    let (broadcaster, first) = P::broadcast(64);
    let mut listeners = vec![first];
    listeners.extend((1..4).map(|_| P::listen(&broadcaster)));
    let meter = Meter::start();
    let tasks: Vec<_> =
        listeners.into_iter().map(|listener| P::spawn(listen_to_all::<P>(listener))).collect();
    for value in 0..count as u64 / 4 {
        P::tell(&broadcaster, value).await;
        if value % 16 == 15 {
            P::yield_now().await;
        }
    }
    drop(broadcaster);
    for task in tasks {
        P::join(task).await;
    }
    meter.stop()
}
