//! Receivers as streams and senders as sinks, in the adaptors of the futures crate.

use std::pin::Pin;
use std::task::{Context, Waker};

use coweave::channel::SendError;
use coweave::channel::broadcast::RecvError;
use coweave::yield_now;
use futures::{Sink, SinkExt, StreamExt, TryStreamExt, stream};

use crate::support::{Trace, Woken};

both_modes! {
    async fn next_and_fold() {
        let (sender, mut receiver) = channel::bounded(1);
        drop(spawn(async move {
            for n in 1..=10 {
                sender.send(n).await.unwrap();
            }
        }));
        assert_eq!(receiver.next().await, Some(1));
        assert_eq!(receiver.by_ref().take(2).collect::<Vec<u32>>().await, [2, 3]);
        assert_eq!(receiver.fold(0, async |sum, n| sum + n).await, 49);
    }

    async fn forward_and_send_all() {
        let (sender, receiver) = channel::bounded(1);
        let (mut next, results) = channel::bounded(1);
        drop(spawn(async move {
            next.send(0).await.unwrap();
            next.send_all(&mut receiver.map(|n: u32| Ok(10 * n))).await.unwrap();
        }));
        let forward = spawn(stream::iter(1..=3).map(Ok).forward(sender));
        assert_eq!(results.collect::<Vec<u32>>().await, [0, 10, 20, 30]);
        assert_eq!(forward.await.unwrap(), Ok(()));
    }

    async fn a_sink_keeps_room_and_gives_it_up() {
        let (mut sender, receiver) = channel::bounded(1);
        let other = sender.clone();
        let mut cx = Context::from_waker(Waker::noop());
        let mut sink = Pin::new(&mut sender);
        assert!(sink.as_mut().poll_ready(&mut cx).is_ready());
        assert!(other.try_send(1).unwrap_err().is_full());
        sink.as_mut().start_send(2).unwrap();
        assert!(sink.as_mut().poll_ready(&mut cx).is_pending());
        assert_eq!(receiver.try_recv(), Ok(2));
        // The room went to the sink, which waited.
        assert!(other.try_send(3).unwrap_err().is_full());
        drop(sender);
        other.try_send(4).unwrap();
    }

    async fn a_closed_sink_has_gone_and_so_have_its_clones() {
        let (mut sender, receiver) = channel::bounded::<u32>(2);
        SinkExt::close(&mut sender).await.unwrap();
        assert_eq!(receiver.sender_count(), 0);
        assert!(receiver.recv().await.is_err());
        assert_eq!(sender.try_send(1).unwrap_err().into_inner(), 1);
        let clone = sender.clone();
        assert_eq!(receiver.sender_count(), 0);
        assert_eq!(clone.send(1).await, Err(SendError(1)));
        assert_eq!(SinkExt::send(&mut sender, 1).await, Err(SendError(())));
        drop((sender, clone));
        assert!(receiver.recv().await.is_err());
    }

    #[should_panic(expected = "before poll_ready")]
    async fn a_sink_that_is_not_ready_takes_nothing() {
        let (mut sender, _receiver) = channel::bounded(2);
        Pin::new(&mut sender).start_send(1).unwrap();
    }

    async fn a_stream_keeps_its_place_and_passes_on_what_it_was_given() {
        let (sender, mut receiver) = channel::unbounded();
        let other = receiver.clone();
        assert!(futures::poll!(receiver.next()).is_pending());
        sender.try_send(1).unwrap();
        sender.try_send(2).unwrap();
        assert_eq!(receiver.next().await, Some(1));
        assert_eq!(receiver.next().await, Some(2));
        assert!(futures::poll!(receiver.next()).is_pending());
        sender.try_send(3).unwrap();
        drop(receiver);
        assert_eq!(other.recv().await, Ok(3));
    }

    async fn streams_of_a_channel_to_all() {
        let (mut sender, receiver) = channel::broadcast(2);
        let (woken, waker) = Woken::new();
        let mut other = receiver.clone();
        assert!(other.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
        sender.send_all(&mut stream::iter([1, 2, 3]).map(Ok)).await.unwrap();
        drop(sender);
        assert_eq!(woken.count(), 1);
        let all: Vec<_> = receiver.collect().await;
        assert_eq!(all, [Err(RecvError::Lagged(1)), Ok(2), Ok(3)]);
        assert_eq!(other.try_collect::<Vec<u32>>().await, Err(RecvError::Lagged(1)));
    }

    async fn a_stream_of_the_latest() {
        let trace = Trace::new();
        let (sender, receiver) = channel::watch(0);
        let inner = trace.clone();
        let task = spawn(receiver.for_each(move |n| {
            inner.add(n);
            futures::future::ready(())
        }));
        stream::iter([1, 2])
            .then(async |n| {
                yield_now().await;
                Ok(n)
            })
            .boxed_local()
            .forward(sender)
            .await
            .unwrap();
        task.await.unwrap();
        assert_eq!(trace, ["1", "2"]);
    }
}
