//! coweave: the programs about waiting for each other, of coroutines, over what all threads may
//! share and over what one thread keeps to itself.

use crate::meter::Sample;
use crate::program::Waiting;

/// Over channels and locks that all threads may share.
pub(super) fn run(waiting: Waiting, count: usize) -> Sample {
    super::coweave::scheduler().run(shared::run(waiting, count))
}

/// Over those of one thread.
pub(super) fn run_local(waiting: Waiting, count: usize) -> Sample {
    super::coweave::scheduler().run(local::run(waiting, count))
}

macro_rules! programs {
    () => {
        use std::hint::black_box;
        use std::rc::Rc;

        use ::coweave::{spawn_local, yield_now};

        use crate::meter::{Meter, Sample};
        use crate::program::Waiting;

        pub(super) async fn run(waiting: Waiting, count: usize) -> Sample {
            match waiting {
                Waiting::PingPong => ping_pong(count).await,
                Waiting::FanIn => fan_in(count).await,
                Waiting::Lock => lock(count).await,
                Waiting::ContendedLock => contended_lock(count).await,
                Waiting::Oneshot => oneshot(count).await,
                Waiting::Request => request(count).await,
                Waiting::Broadcast => broadcast(count).await,
                Waiting::Select => select(count).await,
            }
        }

        #[::coweave::coroutine]
        fn pong(receiver: channel::Receiver<u64>, sender: channel::Sender<u64>) {
            while let Ok(value) = receiver.recv().await {
                sender.send(value).await.expect("the other receives");
            }
        }

        #[::coweave::coroutine]
        fn ping(
            sender: channel::Sender<u64>,
            receiver: channel::Receiver<u64>,
            count: usize,
        ) -> Sample {
            let meter = Meter::start();
            for value in 0..count as u64 {
                sender.send(value).await.expect("the other receives");
                receiver.recv().await.expect("the other answers");
            }
            meter.stop()
        }

        async fn ping_pong(count: usize) -> Sample {
            let (to, at_other) = channel::bounded(1);
            let (back, from) = channel::bounded(1);
            drop(spawn_local(pong(at_other, back)));
            spawn_local(ping(to, from, count)).await.expect("no task panics")
        }

        #[::coweave::coroutine]
        fn produce(sender: channel::Sender<u64>, count: usize) {
            for value in 0..count as u64 {
                if sender.send(value).await.is_err() {
                    return;
                }
            }
        }

        #[::coweave::coroutine]
        fn fan_in(count: usize) -> Sample {
            let (sender, receiver) = channel::bounded(100);
            let meter = Meter::start();
            for _ in 0..4 {
                drop(spawn_local(produce(sender.clone(), count / 4)));
            }
            drop(sender);
            let mut sum = 0;
            while let Ok(value) = receiver.recv().await {
                sum += value;
            }
            black_box(sum);
            meter.stop()
        }

        #[::coweave::coroutine]
        fn select(count: usize) -> Sample {
            let meter = Meter::start();
            let [a, b, c] = [(); 3].map(|()| {
                let (sender, receiver) = channel::bounded(100);
                drop(spawn_local(produce(sender, count)));
                receiver
            });
            let mut sum = 0;
            for _ in 0..count {
                let received = ::coweave::select! {
                    value = a.recv() => value,
                    value = b.recv() => value,
                    value = c.recv() => value,
                };
                sum += received.expect("each sends so many");
            }
            black_box(sum);
            meter.stop()
        }

        #[::coweave::coroutine]
        fn lock(count: usize) -> Sample {
            let mutex = sync::Mutex::new(0_u64);
            let meter = Meter::start();
            for _ in 0..count {
                *mutex.lock().await += 1;
            }
            meter.stop()
        }

        #[::coweave::coroutine]
        fn hold(mutex: Rc<sync::Mutex<u64>>, count: usize) {
            for _ in 0..count {
                let mut locked = mutex.lock().await;
                yield_now().await;
                *locked += 1;
            }
        }

        #[::coweave::coroutine]
        fn contended_lock(count: usize) -> Sample {
            let mutex = Rc::new(sync::Mutex::new(0_u64));
            let meter = Meter::start();
            let tasks = [(); 4].map(|()| spawn_local(hold(mutex.clone(), count / 4)));
            for task in tasks {
                task.await.expect("no task panics");
            }
            meter.stop()
        }

        #[::coweave::coroutine]
        fn oneshot(count: usize) -> Sample {
            let meter = Meter::start();
            let mut sum = 0;
            for value in 0..count as u64 {
                let (sender, receiver) = channel::oneshot();
                sender.send(value).expect("it is received");
                sum += receiver.await.expect("it was sent");
            }
            black_box(sum);
            meter.stop()
        }

        type Request = (u64, channel::oneshot::Sender<u64>);

        #[::coweave::coroutine]
        fn serve(requests: channel::Receiver<Request>) {
            while let Ok((value, sender)) = requests.recv().await {
                sender.send(value).expect("it is received");
            }
        }

        #[::coweave::coroutine]
        fn request(count: usize) -> Sample {
            let (requests, at_server) = channel::bounded(1);
            drop(spawn_local(serve(at_server)));
            let meter = Meter::start();
            let mut sum = 0;
            for value in 0..count as u64 {
                let (sender, receiver) = channel::oneshot();
                requests.send((value, sender)).await.expect("the server receives");
                sum += receiver.await.expect("the server answers");
            }
            black_box(sum);
            meter.stop()
        }

        #[::coweave::coroutine]
        fn listen(mut listener: channel::broadcast::Receiver<u64>) {
            let mut sum = 0;
            while let Ok(value) = listener.recv().await {
                sum += value;
            }
            black_box(sum);
        }

        #[::coweave::coroutine]
        fn broadcast(count: usize) -> Sample {
            let (sender, first) = channel::broadcast(64);
            let mut listeners = vec![first];
            listeners.extend((1..4).map(|_| sender.subscribe()));
            let meter = Meter::start();
            let tasks: Vec<_> =
                listeners.into_iter().map(|listener| spawn_local(listen(listener))).collect();
            for value in 0..count as u64 / 4 {
                sender.send(value).expect("all listen");
                if value % 16 == 15 {
                    yield_now().await;
                }
            }
            drop(sender);
            for task in tasks {
                task.await.expect("no task panics");
            }
            meter.stop()
        }
    };
}

mod shared {
    use ::coweave::{channel, sync};

    programs!();
}

mod local {
    use ::coweave::channel::local as channel;
    use ::coweave::sync::local as sync;

    programs!();
}
