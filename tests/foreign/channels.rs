//! Channels and events of small crates, and wakes that come from threads or in the midst of a poll.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use coweave::{Instant, JoinHandle, sleep, spawn, yield_now};
use event_listener::Event;
use futures::StreamExt;
use futures::future::join_all;

use crate::support::{MS, Trace, on_both_clocks, virtual_scheduler};

#[test]
fn a_bounded_channel_holds_its_senders_back() {
    let trace = Trace::new();
    virtual_scheduler().run(async {
        let (send, receive) = async_channel::bounded(1);
        let inner = trace.clone();
        drop(spawn(async move {
            for n in 0..3 {
                send.send(n).await.unwrap();
                inner.add(format!("sent {n} at {:?}", Instant::now()));
            }
        }));
        sleep(MS * 5).await;
        while let Ok(n) = receive.recv().await {
            trace.add(format!("got {n}"));
            sleep(MS).await;
        }
    });
    assert_eq!(
        trace,
        [
            "sent 0 at Instant(0ns)",
            "got 0",
            "sent 1 at Instant(5ms)",
            "got 1",
            "sent 2 at Instant(6ms)",
            "got 2"
        ]
    );
}

#[test]
fn many_tasks_share_the_work_of_an_unbounded_channel() {
    let traces = on_both_clocks(async |trace| {
        let (send, receive) = async_channel::unbounded::<u32>();
        let workers: Vec<JoinHandle<u32>> = (0..4)
            .map(|_| {
                let mut receive = Box::pin(receive.clone());
                spawn(async move {
                    let mut sum = 0;
                    while let Some(n) = receive.next().await {
                        sum += n;
                        yield_now().await;
                    }
                    sum
                })
            })
            .collect();
        for n in 0..100 {
            send.send(n).await.unwrap();
        }
        send.close();
        let sums: Vec<u32> = join_all(workers).await.into_iter().map(Result::unwrap).collect();
        trace.add(sums.iter().sum::<u32>());
        trace.add(sums.iter().all(|sum| *sum > 0));
    });
    assert_eq!(traces, [["4950", "true"]; 2]);
}

#[test]
fn a_cancelled_receiver_passes_its_message_on() {
    let traces = on_both_clocks(async |trace| {
        let (send, receive) = async_channel::bounded(1);
        let receive_one = || {
            let receive = receive.clone();
            spawn(async move { receive.recv().await })
        };
        let (first, second) = (receive_one(), receive_one());
        yield_now().await;
        send.send(5).await.unwrap();
        // The first was told, and is cancelled before its turn.
        first.cancel();
        trace.add(first.await.is_err());
        trace.add(format!("{:?}", second.await.unwrap()));
    });
    assert_eq!(traces, [["true", "Ok(5)"]; 2]);
}

#[test]
fn threads_and_tasks_talk_through_a_channel() {
    let traces = on_both_clocks(async |trace| {
        let (send, receive) = async_channel::bounded::<u32>(2);
        let (answer, answers) = async_channel::bounded::<u32>(2);
        let thread = std::thread::spawn(move || {
            while let Ok(n) = receive.recv_blocking() {
                answer.send_blocking(n * n).unwrap();
            }
        });
        let asks = spawn(async move {
            for n in 0..100 {
                send.send(n).await.unwrap();
            }
        });
        let sum = answers.fold(0, async |sum, n| sum + n).await;
        trace.add(sum);
        asks.await.unwrap();
        thread.join().unwrap();
    });
    assert_eq!(traces, [["328350"]; 2]);
}

#[test]
fn listeners_of_an_event_are_notified_in_order() {
    let traces = on_both_clocks(async |trace| {
        let event = Arc::new(Event::new());
        let tasks: Vec<_> = (0..4)
            .map(|n| {
                let (event, trace) = (event.clone(), trace.clone());
                spawn(async move {
                    event.listen().await;
                    trace.add(n);
                })
            })
            .collect();
        yield_now().await;
        event.notify(2);
        sleep(MS).await;
        trace.add("the rest");
        event.notify(usize::MAX);
        join_all(tasks).await;
    });
    assert_eq!(traces, [["0", "1", "the rest", "2", "3"]; 2]);
}

#[test]
fn an_event_is_notified_by_a_thread() {
    let traces = on_both_clocks(async |trace| {
        let event = Arc::new(Event::new());
        for _ in 0..100 {
            let listener = event.listen();
            let notifies = event.clone();
            let thread = std::thread::spawn(move || notifies.notify(1));
            listener.await;
            thread.join().unwrap();
        }
        trace.add("all came");
    });
    assert_eq!(traces, [["all came"]; 2]);
}

/// A lock that is not our scheduler's, taken while wakers are cloned and woken.
#[derive(Default)]
struct Gate {
    is_open: bool,
    wakers: Vec<Waker>,
}

/// Waits until a thread has opened the gate, and keeps the waker of every poll.
struct Opened(Arc<Mutex<Gate>>);

impl Future for Opened {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let mut gate = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gate.wakers.push(cx.waker().clone());
        if gate.is_open { Poll::Ready(gate.wakers.len()) } else { Poll::Pending }
    }
}

#[test]
fn a_future_that_a_thread_completes_is_polled_with_every_waker_alive() {
    let traces = on_both_clocks(async |trace| {
        for _ in 0..100 {
            let gate = Arc::<Mutex<Gate>>::default();
            let opens = gate.clone();
            let waits = spawn(Opened(gate));
            yield_now().await;
            let thread = std::thread::spawn(move || {
                let mut gate = opens.lock().unwrap();
                gate.is_open = true;
                gate.wakers.iter().for_each(Waker::wake_by_ref);
            });
            waits.await.unwrap();
            thread.join().unwrap();
        }
        trace.add("all opened");
    });
    assert_eq!(traces, [["all opened"]; 2]);
}

/// Is woken in so many of its polls, in one way after another, and is ready in the next.
fn woken_while_polled(times: u32) -> impl Future<Output = u32> {
    let mut polls = 0;
    poll_fn(move |cx| {
        polls += 1;
        if polls > times {
            return Poll::Ready(polls);
        }
        let waker = cx.waker().clone();
        match polls % 4 {
            0 => waker.wake(),
            1 => cx.waker().wake_by_ref(),
            2 => std::thread::spawn(move || waker.wake()).join().unwrap(),
            _ => {
                std::thread::spawn({
                    let waker = waker.clone();
                    move || waker.wake()
                });
                waker.wake();
            }
        }
        Poll::Pending
    })
}

#[test]
fn wakes_in_the_midst_of_a_poll_are_remembered() {
    let traces = on_both_clocks(async |trace| {
        trace.add(woken_while_polled(40).await);
        trace.add(spawn(woken_while_polled(40)).await.unwrap());
        let many = join_all((0..50).map(|_| woken_while_polled(8))).await;
        trace.add(many.iter().sum::<u32>());
    });
    assert_eq!(traces, [["41", "41", "450"]; 2]);
}
