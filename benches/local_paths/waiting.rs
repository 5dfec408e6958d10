//! Waiting at primitives and channels on one worker, in both modes: those of one thread, and those
//! that any thread may use, whose locks are this thread's as long as no other comes.
//!
//! What is waited at is made once, before the rounds; but a oneshot is good for one.

/// The paths of a mode.
macro_rules! paths {
    ($mode:ident, $sync:path, $channel:path, $counted:path) => {
        pub(crate) mod $mode {
            use coweave::{join, select, spawn_local, yield_now};
            use $channel as channel;
            use $counted as Counted;
            use $sync as sync;

            #[coweave::coroutine]
            pub(crate) fn locks(rounds: u32) {
                let mutex = sync::Mutex::new(0);
                for _ in 0..rounds {
                    *mutex.lock().await += 1;
                }
                assert_eq!(mutex.into_inner(), rounds);
            }

            #[coweave::coroutine]
            fn contends(mutex: Counted<sync::Mutex<u32>>, rounds: u32) {
                for _ in 0..rounds {
                    let mut guard = mutex.lock().await;
                    *guard += 1;
                    yield_now().await;
                }
            }

            #[coweave::coroutine]
            pub(crate) fn contended_locks(rounds: u32) {
                let mutex = Counted::new(sync::Mutex::new(0));
                let tasks = [(); 3].map(|()| spawn_local(contends(mutex.clone(), rounds)));
                for task in tasks {
                    task.await.unwrap();
                }
                assert_eq!(*mutex.try_lock().unwrap(), 3 * rounds);
            }

            #[coweave::coroutine]
            fn acquires(semaphore: Counted<sync::Semaphore>, count: usize, rounds: u32) {
                for _ in 0..rounds {
                    let permits = semaphore.acquire_many(count).await.unwrap();
                    yield_now().await;
                    drop(permits);
                }
            }

            #[coweave::coroutine]
            pub(crate) fn semaphores(rounds: u32) {
                let semaphore = Counted::new(sync::Semaphore::new(3));
                let other = spawn_local(acquires(semaphore.clone(), 2, rounds));
                acquires(semaphore, 3, rounds).await;
                other.await.unwrap();
            }

            #[coweave::coroutine]
            fn waits(own: Counted<sync::Event>, other: Counted<sync::Event>, rounds: u32) {
                for _ in 0..rounds {
                    own.wait().await;
                    own.clear();
                    other.set();
                }
            }

            #[coweave::coroutine]
            pub(crate) fn events(rounds: u32) {
                let (a, b) = (Counted::new(sync::Event::new()), Counted::new(sync::Event::new()));
                a.set();
                let other = spawn_local(waits(b.clone(), a.clone(), rounds));
                waits(a, b, rounds).await;
                other.await.unwrap();
            }

            #[coweave::coroutine]
            pub(crate) fn ping_pong(rounds: u32) {
                let (send, receive) = channel::bounded(1);
                let (reply, replies) = channel::bounded(1);
                let other = spawn_local(echoes(receive, reply));
                for n in 0..rounds {
                    send.send(n).await.unwrap();
                    assert_eq!(replies.recv().await, Ok(n));
                }
                drop(send);
                other.await.unwrap();
            }

            #[coweave::coroutine]
            fn echoes(receive: channel::Receiver<u32>, reply: channel::Sender<u32>) {
                while let Ok(n) = receive.recv().await {
                    reply.send(n).await.unwrap();
                }
            }

            #[coweave::coroutine]
            fn sends(sender: channel::Sender<u32>, rounds: u32) {
                for n in 0..rounds {
                    sender.send(n).await.unwrap();
                    if n % 4 == 0 {
                        yield_now().await;
                    }
                }
            }

            #[coweave::coroutine]
            pub(crate) fn many_senders(rounds: u32) {
                let (sender, receiver) = channel::bounded(4);
                let tasks = [(); 3].map(|()| spawn_local(sends(sender.clone(), rounds)));
                drop(sender);
                let mut received = 0;
                while receiver.recv().await.is_ok() {
                    received += 1;
                }
                assert_eq!(received, 3 * rounds);
                for task in tasks {
                    task.await.unwrap();
                }
            }

            #[coweave::coroutine]
            pub(crate) fn oneshots(rounds: u32) {
                for n in 0..rounds {
                    let (sender, receiver) = channel::oneshot();
                    let (received, ()) = join!(receiver, async { sender.send(n).unwrap() });
                    assert_eq!(received, Ok(n));
                }
            }

            #[coweave::coroutine]
            pub(crate) fn sent_oneshots(rounds: u32) {
                for n in 0..rounds {
                    let (sender, receiver) = channel::oneshot();
                    sender.send(n).unwrap();
                    assert_eq!(receiver.await, Ok(n));
                }
            }

            #[coweave::coroutine]
            pub(crate) fn selects(rounds: u32) {
                let (send, receive) = channel::bounded(1);
                let (reply, replies) = channel::bounded(1);
                let never = sync::Event::new();
                let other = spawn_local(echoes(receive, reply));
                for n in 0..rounds {
                    send.send(n).await.unwrap();
                    select! {
                        got = replies.recv() => assert_eq!(got, Ok(n)),
                        () = never.wait() => unreachable!("nobody sets it"),
                    }
                }
                drop(send);
                other.await.unwrap();
            }

            #[coweave::coroutine]
            pub(crate) fn joins(rounds: u32) {
                let (send, receive) = channel::bounded(1);
                let (reply, replies) = channel::bounded(1);
                let other = spawn_local(echoes(receive, reply));
                for n in 0..rounds {
                    let (received, sent) = join!(replies.recv(), send.send(n));
                    sent.unwrap();
                    assert_eq!(received, Ok(n));
                }
                drop(send);
                other.await.unwrap();
            }
        }
    };
}

paths!(local, coweave::sync::local, coweave::channel::local, std::rc::Rc);
paths!(shared, coweave::sync, coweave::channel, std::sync::Arc);
